import type { PlainEvent } from '../event/sip-event.ts';
import { parseAddress, source } from '../event/source.ts';
import { cleanText } from '../event/text.ts';
import type { Clock } from './log-time.ts';
import type { LineNews } from './news.ts';

/**
 * One line of freeswitch.log. Answers to challenges are written outside of any call: their lines
 * begin with the date. What a caller's name puts into the log follows a call's UUID, which
 * mod_logfile (with `uuid`, as shipped) writes before each line of it, a forged one too. The
 * account stands before the address, which is therefore read from the end.
 */
export function freeswitchNews(line: string, pbx: string, clock: Clock): LineNews {
  const parts = LINE.exec(line);
  if (parts === null) return isResidue(line) ? { refused: 'broken', taints: true } : undefined;
  const [, uuid, date = '', file = '', message = ''] = parts;
  const shape = SHAPES.find((each) => each.file.test(file) && message.startsWith(each.begins));
  if (shape === undefined) return undefined;
  // In a call's own lines these words can only come from its caller.
  if (uuid !== undefined) return { refused: 'broken', taints: false };
  const found = shape.pattern.exec(message)?.groups;
  const address = parseAddress(found?.['address'] ?? '');
  const seenAt = clock.read(date);
  if (found === undefined || address === undefined || seenAt === undefined) {
    return { refused: 'crafted', taints: true };
  }
  const user = cleanText(found['user']?.replace(/@[^@]*$/, ''));

  return {
    event: {
      kind: shape.kind,
      pbx,
      seenAt,
      source: source(address),
      proof: 'forgeable',
      ...whoOf(user, found['method']),
      ...(found['profile'] === undefined ? {} : { context: found['profile'] }),
    },
  };
}

/** As FreeSWITCH writes it here it is the user of To: of an INVITE, the number dialled. */
function whoOf(user: string | undefined, method: string | undefined) {
  if (user === undefined) return {};
  return method === 'INVITE' ? { calledNumber: user } : { account: user };
}

interface Shape {
  readonly kind: PlainEvent['kind'];
  readonly file: RegExp;
  readonly begins: string;
  readonly pattern: RegExp;
}

/** As sofia_reg.c and sofia.c of FreeSWITCH 1.10 and 1.11 write them; the first two need log-auth-failures. */
const SHAPES: readonly Shape[] = [
  {
    kind: 'auth-failure',
    file: /^sofia_reg\.c$/,
    begins: 'SIP auth failure (',
    pattern:
      /^SIP auth failure \((?<method>[A-Z]+)\) on sofia profile '(?<profile>[\w.-]{1,80})' for \[(?<user>.*)\] from ip (?<address>[0-9a-fA-F.:]+)$/,
  },
  {
    kind: 'challenged',
    file: /^sofia_reg\.c$/,
    begins: 'SIP auth challenge (',
    pattern:
      /^SIP auth challenge \((?<method>[A-Z]+)\) on sofia profile '(?<profile>[\w.-]{1,80})' for \[(?<user>.*)\] from ip (?<address>[0-9a-fA-F.:]+)$/,
  },
  {
    kind: 'unknown-account',
    file: /^sofia_reg\.c$/,
    begins: "Can't find user [",
    pattern: /^Can't find user \[(?<user>.*)\] from (?<address>[0-9a-fA-F.:]+)$/,
  },
  {
    kind: 'acl-denied',
    file: /^sofia(?:_reg)?\.c$/,
    begins: 'IP ',
    pattern: /^IP (?<address>[0-9a-fA-F.:]+) Rejected by (?:register )?acl "[\w.-]{1,120}"\.?.*$/,
  },
];

const LINE =
  /^(?:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6})(?: \d{1,3}\.\d\d%)? \[[A-Z0-9]{3,7}\] ([\w.-]{1,60}\.c):\d{1,6} (.*)$/;

function isResidue(line: string): boolean {
  return /\] from (?:ip )?[0-9a-fA-F.:]+$/.test(line) && !/^\s/.test(line);
}
