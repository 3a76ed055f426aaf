import { isDeepStrictEqual } from 'node:util';
import type { PagePolicy } from '../policy/policy-page.ts';
import type { Policy } from '../policy/policy.ts';
import type { Control } from '../web/control.ts';
import { createEntry } from '../web/entry.ts';
import type { PageFiles } from '../web/page-files.ts';
import { readPageFiles } from '../web/page-files.ts';
import type { PageServer } from '../web/page-server.ts';
import { servePage } from '../web/page-server.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';

/** The page and its API, served while the policy has them. */
export interface Page {
  /** Opens, moves or closes it as the policy says. A place that is taken is told, not fatal. */
  policy(next: Policy): Promise<void>;
  readonly port: () => number | undefined;
  close(): Promise<void>;
}

export function createPage(parts: {
  readonly policy: () => Policy;
  readonly control: Control;
  readonly version: string;
  readonly notices: Pick<Notices, 'tell' | 'settle'>;
  readonly log: Log;
  readonly now: () => number;
}): Page {
  const { log, control, version } = parts;
  const policy = (): PagePolicy => parts.policy().page ?? NOBODY;
  const entry = createEntry(policy, parts.now);
  let files: PageFiles | undefined;
  let server: PageServer | undefined;
  let place: unknown;

  const failed = (error: unknown): void => {
    log.error({ err: error, event: 'page' }, 'the page is not served as the policy says');
    // Whoever looks for the page will ask `status`, not the log.
    const why = error instanceof Error ? error.message : String(error);
    parts.notices.tell(`the page is not served as the policy says: ${why}`, 'page');
  };
  const close = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };

  return {
    async policy({ page }) {
      const next = page === undefined ? undefined : [page.listen, page.tls];
      if (isDeepStrictEqual(next, place)) return;
      await close();
      place = next;
      if (page === undefined) return;
      try {
        // Most sites have no page: what it is made of is loaded by those that do.
        const { pageApp } = await import('../web/page-app.ts');
        files ??= readPageFiles(new URL('../web/page/', import.meta.url));
        const app = pageApp({ policy, control, entry, files, version });
        server = await servePage(page, app, failed);
        parts.notices.settle('page');
        log.info({ event: 'page', listen: page.listen, port: server.port }, 'the page is served');
      } catch (error) {
        place = undefined;
        failed(error);
      }
    },
    port: () => server?.port,
    close,
  };
}

/** What holds when the block left the policy while a request was under way: nobody may come in. */
const NOBODY: PagePolicy = {
  listen: { socket: '' },
  names: [],
  users: [],
  tokens: [],
  sessionSeconds: 0,
  tls: undefined,
};
