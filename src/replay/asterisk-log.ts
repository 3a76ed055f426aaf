import { asteriskLine, beginsLog } from './asterisk-prefix.ts';
import { messageNews } from './asterisk-messages.ts';
import { couldBeChanSip, securityNews } from './asterisk-security.ts';
import type { Clock } from './log-time.ts';
import type { LineNews } from './news.ts';

/** What a line of Asterisk's log amounts to; `restarted` when a new process began to write. */
export function asteriskNews(line: string, pbx: string, clock: Clock): LineNews | 'restarted' {
  const read = asteriskLine(line, clock);
  if (read === undefined) {
    if (beginsLog(line)) return 'restarted';
    return isResidue(line) ? { refused: 'broken', taints: couldTaint(line) } : undefined;
  }
  if (read.level === 'SECURITY' && read.file === 'res_security_log.c') {
    return securityNews(read, pbx, clock);
  }
  // A line end that somebody put before a beginning of his own swallowed the rest of a true line.
  if (isResidue(read.message)) return { refused: 'broken', taints: couldTaint(read.message) };
  return messageNews(read, pbx);
}

/** The rest of a line that a sender's line break cut in two. */
function isResidue(text: string): boolean {
  return SECURITY_REST.test(text) || EXTENSION_REST.test(text);
}

function couldTaint(text: string): boolean {
  return couldBeChanSip(text) || EXTENSION_REST.test(text);
}

const SECURITY_REST = /(?:",SessionID="|SecurityEvent="|RemoteAddress="IPV)/;
const EXTENSION_REST =
  /^(?!.*\bto extension ').*' rejected because extension not found in context '/;
