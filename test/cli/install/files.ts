import { readFileSync } from 'node:fs';
import type { Files, Plan, Wish } from '../../../src/cli/install/change.ts';
import { fromRoot } from '../../root.ts';

/** A file system of texts, by absolute path. */
export function filesOf(texts: Readonly<Record<string, string>>): Files {
  const paths = Object.keys(texts);
  return {
    read: (path) => texts[path],
    list: (folder) => {
      const below = paths.filter((path) => path.startsWith(`${folder}/`));
      return [
        ...new Set(below.map((path) => path.slice(folder.length + 1).split('/', 1)[0] ?? '')),
      ].toSorted();
    },
    isFolder: (path) => paths.some((each) => each.startsWith(`${path}/`)),
  };
}

/** Files below /etc/asterisk. */
export function asteriskOf(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ 'asterisk.conf': '[options]\n', ...texts }).map(([name, text]) => [
      `/etc/asterisk/${name}`,
      text,
    ]),
  );
}

export const SECRETS = { ami: 'ami-0123456789', token: 'token-0123456789', esl: 'esl-0123456789' };

export function wishOf(more: Partial<Wish> = {}): Wish {
  return {
    folder: '/etc/asterisk',
    secretsFolder: '/etc/ghostgate',
    secrets: SECRETS,
    without: [],
    gateContexts: [],
    shipped: (path) => readFileSync(fromRoot('dialplan', path), 'latin1'),
    ...more,
  };
}

/** What a plan would leave on the disk. */
export function afterOf(
  texts: Readonly<Record<string, string>>,
  plan: Plan,
): Record<string, string> {
  const after = { ...texts };
  for (const change of plan.changes) {
    if (change.after === undefined) delete after[change.path];
    else after[change.path] = change.after;
  }
  return after;
}

/** A plain Asterisk that takes calls from anybody. */
export const MANAGER =
  '[general]\nenabled = yes\nbindaddr = 127.0.0.1\n#include "manager.d/*.conf"\n';
const DIALPLAN = '[globals]\nX = 1\n[public]\nexten => _X.,1,Dial(PJSIP/6001)\n';
export const PJSIP = '[anonymous]\ntype = endpoint\ncontext = public\n';
export const PLAIN = {
  'manager.conf': MANAGER,
  'manager.d/README.conf': '',
  'extensions.conf': DIALPLAN,
  'pjsip.conf': PJSIP,
};

/** Without the files that a row takes away. */
export function defined(files: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(files).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
