import { posix } from 'node:path';
import { onlySection, refuseElsewhere, TOKEN, type AsteriskConfs } from './asterisk-files.ts';
import type { Wish } from './change.ts';
import { lastOf, placeText } from './conf.ts';
import type { Draft } from './draft.ts';

const WHY = 'the secret mark that no forged event can bear';

/** The global variable that AMI prints with every genuine channel event. */
export function planToken(draft: Draft, confs: AsteriskConfs, wish: Wish): void {
  draft.refuse(...confs.extensions.problems);
  refuseElsewhere(draft, confs, 'extensions.conf');
  const globals = onlySection(draft, confs.extensions, 'globals');
  if (refuseToken(draft, confs)) return;
  if (globals === undefined) {
    const path = posix.join(wish.folder, 'extensions.conf');
    const lines = ['[globals]', `${TOKEN} = ${wish.secrets.token}`];
    draft.edit(path, 'conf', { at: 'end', lines }, WHY);
  } else draft.set(globals, { [TOKEN]: wish.secrets.token }, WHY);
  draft.reload('asterisk', '-rx', 'dialplan reload');
}

/** The same on FreePBX: extensions_additional.conf includes this file within [globals]. */
export function planTokenCustom(draft: Draft, confs: AsteriskConfs, wish: Wish): void {
  if (refuseToken(draft, confs)) return;
  const path = posix.join(wish.folder, 'globals_custom.conf');
  const lines = [`${TOKEN} = ${wish.secrets.token}`];
  draft.edit(path, 'conf', { at: 'end', lines }, WHY);
  draft.reload('asterisk', '-rx', 'dialplan reload');
}

function refuseToken(draft: Draft, { extensions }: AsteriskConfs): boolean {
  const globals = extensions.sections.find(({ name }) => name.toLowerCase() === 'globals');
  const set = lastOf(globals, TOKEN.toLowerCase());
  if (set === undefined) return false;
  const hint = 'take the line out: ghostgate install writes one of its own';
  draft.refuse({ where: placeText(set), what: `${TOKEN} is set already`, hint });
  return true;
}
