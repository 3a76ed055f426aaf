import { readFile } from 'node:fs/promises';
import type { SipProfile } from '../../src/enforce/acl-danger.ts';

/** FreeSWITCH as far as its network lists go: reads the file when told, by its own rules. */
export interface FreeswitchServer {
  reload(): Promise<void>;
  held(): Promise<ReadonlySet<string> | undefined>;
  profiles(): Promise<readonly SipProfile[]>;
  /** Addresses of every node in force, by list and type. */
  readonly lists: Map<string, { default: string; allow: string[]; deny: string[] }>;
  /** Profiles it has. */
  sip: readonly SipProfile[] | Error;
  /** Its acl.conf.xml includes the file. */
  includes: boolean;
  /** It can tell what it holds. */
  tells: boolean;
  reloads: number;
  asked: number;
}

/** As in the vanilla configuration. */
export const VANILLA: readonly SipProfile[] = [
  { name: 'internal', authenticates: true, inboundAcl: ['domains'], registerAcl: [] },
  { name: 'external', authenticates: false, inboundAcl: ['ghostgate'], registerAcl: [] },
];

export function freeswitchServer(file: string): FreeswitchServer {
  const server: FreeswitchServer = {
    lists: new Map(),
    sip: VANILLA,
    includes: true,
    tells: true,
    reloads: 0,
    asked: 0,
    async reload() {
      server.reloads += 1;
      server.lists.clear();
      if (!server.includes) return;
      const lines = (await readFile(file, 'utf8')).split('\n');
      let list: { default: string; allow: string[]; deny: string[] } | undefined;
      // Lines with these words are gone before anything is parsed (switch_xml.c, preprocess).
      const kept = lines.filter((line) => !/<\/?include>|<\?|X-pre-process/i.test(line));
      const text = kept.join('\n').replaceAll(/<!--.*?-->/gs, '');
      for (const [, tag = '', rest = ''] of text.matchAll(/<(\/?\w+)([^>]*)>/g)) {
        const of = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(rest)?.[1] ?? '';
        if (tag === 'list') {
          list = { default: of('default'), allow: [], deny: [] };
          server.lists.set(of('name'), list);
        }
        const addresses = of('cidr').split(',');
        // switch_core.c takes 32 of a node, and skips what has no prefix length.
        const taken = addresses.slice(0, 32).filter((each) => /^[0-9a-f.:]+\/\d+$/.test(each));
        if (tag === 'node') list?.[of('type') === 'allow' ? 'allow' : 'deny'].push(...taken);
      }
    },
    held() {
      server.asked += 1;
      const held = server.tells ? server.lists.get('ghostgate')?.deny : undefined;
      const none = server.tells ? new Set<string>() : undefined;
      return Promise.resolve(held === undefined ? none : new Set(held));
    },
    profiles() {
      return server.sip instanceof Error ? Promise.reject(server.sip) : Promise.resolve(server.sip);
    },
  };
  return server;
}
