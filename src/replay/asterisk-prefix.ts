import type { Clock } from './log-time.ts';

/** A line of Asterisk's log, its beginning taken off. */
export interface AsteriskLine {
  /** Milliseconds since the epoch. */
  readonly seenAt: number;
  /** `NOTICE`, `SECURITY`, … */
  readonly level: string;
  readonly thread: string;
  /** Source file that wrote it, like `chan_sip.c`. */
  readonly file: string;
  readonly message: string;
}

/**
 * Takes the beginning off a line of `messages` or of syslog; undefined for anything else. The
 * date is as `dateformat` of logger.conf has it, the syslog one of either RFC.
 */
export function asteriskLine(line: string, clock: Clock): AsteriskLine | undefined {
  const parts = FILE_FORM.exec(line) ?? SYSLOG_FORM.exec(line);
  const [, date = '', level = '', thread = '', file = '', message = ''] = parts ?? [];
  const seenAt = parts === null ? undefined : clock.read(date);
  return seenAt === undefined ? undefined : { seenAt, level, thread, file, message };
}

/** Reports whether Asterisk wrote this line as the first of its log, at a start or rotation. */
export function beginsLog(line: string): boolean {
  return /^\[[^\]]{8,40}\] Asterisk \S+ built by /.test(line);
}

const REST =
  '([A-Z]{4,8})\\[(\\d{1,10})\\](?:\\[C-[0-9a-f]{8}\\])?:? ([\\w/]{1,64}\\.c)(?::\\d{1,6}(?: in)? \\w{1,80})?: (.*)$';
const FILE_FORM = new RegExp(`^\\[([^\\]]{8,40})\\] ${REST}`);
const SYSLOG_FORM = new RegExp(
  `^(?:<\\d{1,3}>)?([A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d|\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,15}(?:Z|[+-]\\d\\d:\\d\\d))(?: [\\w.-]{1,255})? asterisk(?:\\[\\d{1,10}\\])?: ${REST}`,
);
