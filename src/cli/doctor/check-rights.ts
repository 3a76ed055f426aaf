import type { AsteriskFacts } from '../../pbx/asterisk/examine/facts.ts';
import { failed, type Finding, ok, unseen, warning } from './finding.ts';

/** What the AMI user may do, and whether it may do more than it needs. */
export function checkRights({ actions, reads }: AsteriskFacts, user: string): Finding[] {
  return [checkWrite(actions, user), checkRead(reads, user)];
}

/** One action of each class: what is missing without it. */
const NEEDED = [
  ['Getvar', 'reporting', 'the true source of a call cannot be asked'],
  ['Setvar', 'call', 'no call is rejected, and none is marked to pass the gate'],
  [
    'DBPut',
    'system',
    'forged events are not kept off, nobody’s registration is known, the gate and the ACL are not kept',
  ],
] as const;

/** Of these none is ever used. */
const TOO_MUCH = [
  ['Command', 'command'],
  ['Originate', 'originate'],
  ['UpdateConfig', 'config'],
] as const;

function checkWrite(actions: AsteriskFacts['actions'], user: string): Finding {
  if (actions === undefined) {
    const say = 'Look at the PBX; write perm must be system,call,reporting:';
    return unseen('rights', 'the PBX does not tell what the AMI user may do', say, showUser(user));
  }
  const missing = NEEDED.filter(([action]) => !actions.has(action));
  if (missing.length > 0) {
    const what = missing.map(([, right, without]) => `without ${right} ${without}`).join('; ');
    return failed('rights', `AMI user ${user} lacks rights: ${what}`, ...writeLine(user));
  }
  const more = TOO_MUCH.filter(([action]) => actions.has(action)).map(([, right]) => right);
  if (more.length === 0) return ok('rights', `AMI user ${user} may do what it needs, and no more`);
  const what = `AMI user ${user} may do more than it needs (${more.join(', ')}): whoever gets its secret owns the PBX`;
  return warning('rights', what, ...writeLine(user));
}

function checkRead(reads: readonly string[], user: string): Finding {
  if (reads.length === 0) {
    const say = 'Look at the PBX; read perm must hold security and call:';
    const what = `manager.conf holds no read line of the AMI user ${user}`;
    return unseen('events', what, say, showUser(user));
  }
  const missing = ['security', 'call'].filter(
    (name) => !reads.includes(name) && !reads.includes('all'),
  );
  if (missing.length === 0) return ok('events', `AMI user ${user} reads ${reads.join(', ')}`);
  const what = `AMI user ${user} does not read ${missing.join(' and ')}: ${missing
    .map((name) => BLIND[name])
    .join(', ')}`;
  return failed('events', what, ...userLine(user, 'read = security,call'));
}

const BLIND: Readonly<Record<string, string>> = {
  security: 'wrong passwords and scanned accounts are never seen',
  call: 'calls are never seen',
};

const showUser = (user: string): string => `asterisk -rx 'manager show user ${user}'`;
const writeLine = (user: string) => userLine(user, 'write = system,call,reporting');

/** Words and lines for a line of the user's section. */
export function userLine(user: string, line: string): [string, ...string[]] {
  return [
    `In [${user}] of manager.conf (on FreePBX manager_custom.conf) write this line, then reload:`,
    line,
    "asterisk -rx 'manager reload'",
  ];
}
