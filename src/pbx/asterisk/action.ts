import { randomBytes } from 'node:crypto';
import { hasControl } from '../../event/text.ts';
import { AmiError } from './errors.ts';

/** An AMI action: header names to values, `Action` among them, `ActionID` not. */
export type Action = Readonly<Record<string, string>>;

/**
 * The bytes of one action, its closing empty line included.
 * Throws AmiError (protocol) for whatever Asterisk could read as more headers than were meant:
 * main/manager.c takes a bare LF as a line end, so not one control character may pass.
 */
export function formatAction(action: Action, actionId: string): string {
  const { Action: name, ...rest } = action;
  if (name === undefined) throw unsendable('an action without the header Action');
  // Asterisk refuses an action of too many lines, and then answers under the ActionID only if it
  // has read that far: so it comes first.
  const headers = [['Action', name], ['ActionID', actionId], ...Object.entries(rest)] as const;
  if (headers.length > MAX_LINES) throw unsendable(`${name} has over ${MAX_LINES} headers`);

  let text = '';
  const seen = new Set<string>();
  for (const [key, value] of headers) {
    if (!HEADER_NAME.test(key)) throw unsendable(`${JSON.stringify(key)} is no header name`);
    if (seen.has(key.toLowerCase())) throw unsendable(`header ${key} given twice`);
    seen.add(key.toLowerCase());
    if (hasControl(value)) throw unsendable(`control character in the value of ${key}`);
    const line = `${key}: ${value}\r\n`;
    if (Buffer.byteLength(line) > MAX_LINE_BYTES) throw unsendable(`value of ${key} is too long`);
    text += line;
  }
  return `${text}\r\n`;
}

/** 128 random bits: nobody can put an answer to a question of ours into another's mouth. */
export function newActionId(): string {
  // Drawn by the thousand: a call of its own for each costs more than the whole action.
  if (at === pool.length) {
    pool = randomBytes(ID_BYTES * 1000);
    at = 0;
  }
  at += ID_BYTES;
  return pool.toString('hex', at - ID_BYTES, at);
}

const ID_BYTES = 16;
let pool = Buffer.alloc(0);
let at = 0;

/** Asterisk takes 128 lines; the rest is margin. */
const MAX_LINES = 100;
/** With its CRLF: main/manager.c reads a line into a buffer of 1025 bytes. */
const MAX_LINE_BYTES = 1024;
/** AMI reads header names without regard to case. */
const HEADER_NAME = /^[A-Za-z][\w-]{0,63}$/;

function unsendable(message: string): AmiError {
  return new AmiError('protocol', `AMI action not sent: ${message}`);
}
