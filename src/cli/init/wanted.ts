import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { networkMistake } from '../../policy/network-text.ts';
import { trunkSourceMistake } from '../../policy/host-text.ts';
import { misused } from '../args.ts';
import { KINDS, type Kind } from '../install/manifest.ts';
import type { Output } from '../output.ts';
import type { Places } from './find-pbx.ts';
import type { FoundTrunk } from './found.ts';
import { HELP } from './help.ts';

/** What was asked for on the command line. */
export interface Asked {
  readonly kind: Kind | undefined;
  readonly site: string | undefined;
  /** Besides those found; `none`: instead of them. */
  readonly trunks: readonly FoundTrunk[] | 'none';
  /** Besides those found; `none`: instead of them. Canonical. */
  readonly networks: readonly string[] | 'none';
  readonly policy: string;
  /** Secrets lie beside the policy. */
  readonly secretsFolder: string;
  readonly places: Places;
  /** As install takes them, to be handed on. */
  readonly state: string;
  /** Undefined: a person is asked. */
  readonly install: boolean | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Reads the arguments; a number is the exit code when there is nothing left to do. */
export function readArgs(args: string[], out: Output): Asked | number {
  let values;
  try {
    ({ values } = parseArgs({ args, options: OPTIONS, allowNegative: true }));
  } catch (error) {
    return misused(out, 'init', error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) {
    out.out(HELP);
    return 0;
  }
  const kind = KINDS.find((each) => each === values.pbx);
  if (values.pbx !== undefined && kind === undefined)
    return misused(out, 'init', `--pbx takes ${KINDS.join(', ')}`);
  if (values.site !== undefined && !NAME.test(values.site))
    return misused(out, 'init', '--site takes 1 to 63 letters, digits, dots and hyphens');
  const trunks = readTrunks(values.trunk ?? []);
  if (typeof trunks === 'string' && trunks !== 'none') return misused(out, 'init', trunks);
  const networks = readNetworks(values.network ?? []);
  if ('mistake' in networks) return misused(out, 'init', networks.mistake);
  const policy = resolve(values.out ?? '/etc/ghostgate/policy.yaml');
  return {
    kind,
    site: values.site,
    trunks,
    networks: networks.list,
    policy,
    secretsFolder: dirname(policy),
    places: {
      etc: resolve(values.etc ?? '/etc/asterisk'),
      conf: values.conf === undefined ? undefined : resolve(values.conf),
      config: resolve(values.config ?? '/etc/fusionpbx/config.conf'),
    },
    state: resolve(values.state ?? join('/var/lib/ghostgate', 'install')),
    install: values.install,
    yes: values.yes === true,
    dryRun: values['dry-run'] === true,
    json: values.json === true,
  };
}

/** Trunks as `name=source,source`, `none`, or what is wrong with them. */
export function readTrunks(texts: readonly string[]): FoundTrunk[] | string {
  if (texts.includes('none'))
    return texts.length === 1 ? 'none' : '--trunk none goes with no other --trunk';
  const trunks: FoundTrunk[] = [];
  for (const text of texts) {
    const [, name = '', list = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const sources = words(list);
    if (!NAME.test(name) || sources.length === 0)
      return `--trunk takes NAME=SOURCE,SOURCE like gntel=sip.gntel.example,203.0.113.0/28`;
    if (trunks.some((each) => each.name === name)) return `--trunk ${name} is there twice`;
    for (const source of sources) {
      const mistake = trunkSourceMistake(source);
      if (mistake !== undefined) return `--trunk ${name}: ${told(mistake)}`;
    }
    trunks.push({ name, sources, from: 'as told' });
  }
  return trunks;
}

/** Networks, `none`, or what is wrong with them. */
export function readNetworks(
  texts: readonly string[],
): { list: string[] | 'none' } | { mistake: string } {
  const list = texts.flatMap(words);
  if (list.includes('none')) {
    return list.length === 1
      ? { list: 'none' }
      : { mistake: '--network none goes with no other --network' };
  }
  for (const network of list) {
    const mistake = networkMistake(network);
    if (mistake !== undefined) return { mistake: told(mistake) };
  }
  return { list };
}

function told({ message, hint }: { message: string; hint?: string | undefined }): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

function words(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** As the policy's own names. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

const OPTIONS = {
  pbx: { type: 'string' },
  site: { type: 'string' },
  trunk: { type: 'string', multiple: true },
  network: { type: 'string', multiple: true },
  out: { type: 'string' },
  etc: { type: 'string' },
  conf: { type: 'string' },
  config: { type: 'string' },
  state: { type: 'string' },
  install: { type: 'boolean' },
  yes: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
