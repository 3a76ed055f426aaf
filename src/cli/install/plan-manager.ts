import { posix } from 'node:path';
import {
  NAME,
  OWN,
  onlySection,
  refuseElsewhere,
  refuseTaken,
  TOKEN,
  type AsteriskConfs,
} from './asterisk-files.ts';
import type { Wish } from './change.ts';
import { isTrue, lastOf, placeText, type Section } from './conf.ts';
import type { Draft } from './draft.ts';

const WHY_ON = 'switches AMI on, for this machine alone';
const WHY_MARK = 'AMI prints the secret mark in channel events';
const INCLUDE = '#include "manager.d/*.conf"';

/** AMI on a plain Asterisk: our user in a file of its own, and what [general] must say. */
export function planManager(draft: Draft, confs: AsteriskConfs, wish: Wish): void {
  const { manager } = confs;
  draft.refuse(...manager.problems);
  refuseElsewhere(draft, confs, 'manager.conf');
  refuseTaken(draft, manager, 'a user of AMI');
  const path = posix.join(wish.folder, 'manager.conf');
  draft.own(posix.join(wish.folder, 'manager.d', OWN.manager), userText(wish), {
    style: 'conf',
    owner: 'pbx',
    why: 'Ghostgate’s user of AMI, with the least rights; its event filters it sets itself, per session',
  });
  const general = onlySection(draft, manager, 'general');
  const values = generalValues(draft, general, wish);
  if (general !== undefined) draft.set(general, values, 'enabled' in values ? WHY_ON : WHY_MARK);
  const head = general === undefined ? ['[general]', ...lines(values)] : [];
  const included = manager.includes.some(({ pattern }) =>
    ['manager.d/*.conf', `manager.d/${OWN.manager}`].includes(
      pattern.replace('/etc/asterisk/', ''),
    ),
  );
  const tail = [...head, ...(included ? [] : [INCLUDE])];
  if (tail.length > 0) draft.edit(path, 'conf', { at: 'end', lines: tail }, 'reads manager.d');
  draft.reload('asterisk', '-rx', 'manager reload');
}

/** The same on FreePBX, in the one file that is left to others. */
export function planManagerCustom(draft: Draft, confs: AsteriskConfs, wish: Wish): void {
  const { manager } = confs;
  draft.refuse(...manager.problems);
  refuseTaken(draft, manager, 'a user of AMI');
  const general = onlySection(draft, manager, 'general');
  const { channelvars } = generalValues(draft, general, wish);
  const mark = channelvars === undefined ? [] : ['[general](+)', `channelvars = ${channelvars}`];
  if (!isTrue(lastOf(general, 'enabled')?.value)) {
    const where = posix.join(wish.folder, 'manager.conf');
    draft.refuse({ where, what: 'AMI is off', hint: 'FreePBX itself needs it: fwconsole reload' });
  }
  const text = [...mark, ...userText(wish).trimEnd().split('\n')];
  const path = posix.join(wish.folder, 'manager_custom.conf');
  draft.edit(
    path,
    'conf',
    { at: 'end', lines: text },
    'Ghostgate’s user of AMI; the secret mark in channel events',
  );
  draft.reload('asterisk', '-rx', 'manager reload');
}

/** What [general] lacks. */
function generalValues(
  draft: Draft,
  general: Section | undefined,
  wish: Wish,
): Record<string, string> {
  const on = isTrue(lastOf(general, 'enabled')?.value);
  const bind = lastOf(general, 'bindaddr')?.value;
  if (on && bind !== undefined && !/^(?:127\.|::1$)/.test(bind)) {
    draft.note(
      `AMI listens on ${bind}: 127.0.0.1 is enough unless something else on the network needs it`,
    );
  }
  return {
    // Where AMI was off nobody used it, so nobody is cut off by this.
    ...(on ? {} : { enabled: 'yes', bindaddr: '127.0.0.1' }),
    ...(wish.without.includes('token') ? {} : marks(draft, general)),
  };
}

/** The variables that AMI prints with channel events: ours beside those that are there. */
function marks(draft: Draft, general: Section | undefined): Record<string, string> {
  const set = lastOf(general, 'channelvars');
  if (set === undefined || set.value === '') return { channelvars: TOKEN };
  if (set.value.includes('(')) {
    const what = 'channelvars holds a function, which deadlocks Asterisk with the first calls';
    draft.refuse({ where: placeText(set), what, hint: 'take it out; plain variables are safe' });
  }
  const names = set.value.split(',').map((name) => name.trim());
  return names.includes(TOKEN) ? {} : { channelvars: [...names, TOKEN].join(',') };
}

function userText({ shipped, secrets }: Wish): string {
  const text = shipped('asterisk/manager.d/ghostgate.conf');
  // Its head says how to do by hand what is done here.
  return text
    .slice(text.indexOf(`[${NAME}]`))
    .replace('secret = CHANGE-ME', `secret = ${secrets.ami}`);
}

function lines(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name} = ${value}`);
}
