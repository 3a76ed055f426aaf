import type { TestContext } from 'node:test';
import type { PagePolicy } from '../../src/policy/policy-page.ts';
import type { Control } from '../../src/web/control.ts';
import { createEntry } from '../../src/web/entry.ts';
import { PAGE_HEADER } from '../../src/web/guards.ts';
import { pageApp } from '../../src/web/page-app.ts';
import type { PageFiles } from '../../src/web/page-files.ts';
import { readPageFiles } from '../../src/web/page-files.ts';
import { servePage } from '../../src/web/page-server.ts';
import type { Answer } from './exchange.ts';
import { exchange } from './exchange.ts';
import { NOW } from './fake-control.ts';

export const USER = { user: 'anna', password: 'correct horse battery' };
export const READER = 'token-that-may-only-look';
export const ACTOR = 'token-that-may-do-things';
export const OWN = { [PAGE_HEADER]: 'page', 'content-type': 'application/json' };

export function aPage(parts: Partial<PagePolicy> = {}): PagePolicy {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    names: ['gate.acme.example'],
    users: [{ name: USER.user, password: USER.password }],
    tokens: [
      { name: 'monitoring', token: READER, may: 'read' },
      { name: 'provisioning', token: ACTOR, may: 'act' },
    ],
    sessionSeconds: 3600,
    tls: undefined,
    ...parts,
  };
}

export interface PageScene {
  readonly port: number;
  /** The policy in force and the time; a test may change both. */
  page: PagePolicy;
  now: number;
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** Logs in; resolves with the Cookie header of the session. */
  cookie(): Promise<string>;
}

export interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** The page's files as `npm run build` puts them. */
export function builtFiles(): PageFiles {
  return readPageFiles(new URL('../../src/web/page/', import.meta.url));
}

/** The page with its API on a real port until the test ends. */
export async function pageScene(
  t: Pick<TestContext, 'after'>,
  control: Control,
  page = aPage(),
): Promise<PageScene> {
  const scene = { page, now: NOW };
  const policy = () => scene.page;
  const entry = createEntry(policy, () => scene.now);
  const app = pageApp({ policy, control, entry, files: builtFiles(), version: '0.0.0' });
  const server = await servePage(page, app, (error) => {
    throw error;
  });
  t.after(() => server.close());
  const { port = 0 } = server;
  const ask: PageScene['ask'] = (method, path, { headers = {}, body } = {}) => {
    const sent = body === undefined ? '' : JSON.stringify(body);
    const length = { 'content-length': String(Buffer.byteLength(sent)) };
    return exchange({ port, method, path, headers: { ...length, ...headers } }, sent);
  };
  const cookie = async (): Promise<string> => {
    const answer = await ask('POST', '/api/login', { headers: OWN, body: USER });
    return (answer.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
  };
  return Object.assign(scene, { port, ask, cookie });
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
