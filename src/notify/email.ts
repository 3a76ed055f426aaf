import { spawn } from 'node:child_process';
import { cleanText } from '../event/text.ts';
import type { NotifyWay } from '../policy/policy-notify.ts';
import type { Message } from './message.ts';
import { linesOf, titleOf } from './message.ts';
import { SendError } from './send-error.ts';

type Smtp = Extract<NotifyWay, { kind: 'smtp' }>;
type Sendmail = Extract<NotifyWay, { kind: 'sendmail' }>;

const PATIENCE_MS = 10_000;
const SLOW_MS = 30_000;
/** For all of it, however often the server says a little. */
const WHOLE_MS = 60_000;
const MOST_SAID_CHARS = 200;

/** Gives the message to a mail server; resolves with what it said. Rejects with SendError. */
export async function sendBySmtp(
  smtp: Smtp,
  message: Message,
  signal?: AbortSignal,
): Promise<string> {
  const { createTransport } = await import('nodemailer');
  const { host, port, tls, login } = smtp;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: PATIENCE_MS,
    // Servers make strangers wait for their greeting, to see who cannot.
    greetingTimeout: SLOW_MS,
    socketTimeout: SLOW_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const late = AbortSignal.timeout(WHOLE_MS);
    const { response } = await transport.sendMail({
      ...mailOf(smtp, message),
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    return said(response);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const { password = '' } = login ?? {};
    const kept = password === '' ? why : why.replaceAll(password, '…');
    throw new SendError(said(kept), { cause });
  } finally {
    transport.close();
  }
}

/**
 * Gives it to this machine's sendmail, as every MTA brings one. The addresses are arguments of
 * their own behind `--`; no shell sees them. Rejects with SendError.
 */
export async function sendBySendmail(
  way: Sendmail,
  message: Message,
  signal?: AbortSignal,
): Promise<string> {
  const { createTransport } = await import('nodemailer');
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  const written = await writer.sendMail(mailOf(way, message));
  const args = ['-i', '-f', way.from, '--', ...way.to];
  return await new Promise((resolve, reject) => {
    const child = spawn(way.path, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    });
    let complaint = '';
    child.stderr.on('data', (more: Buffer) => {
      if (complaint.length < MOST_SAID_CHARS) complaint += more.toString('utf8');
    });
    // It may end before it has read everything: its exit code says what that meant.
    child.stdin.on('error', () => {});
    child.on('error', (cause) => reject(new SendError(said(cause.message), { cause })));
    child.on('close', (code, killed) => {
      if (code === 0) return resolve(`${way.path} took it`);
      const how = killed === null ? `ended with ${code}` : `did not end in ${PATIENCE_MS / 1000} s`;
      reject(new SendError(said(`${way.path} ${how}${complaint === '' ? '' : `: ${complaint}`}`)));
    });
    child.stdin.end(written.message);
  });
}

function mailOf({ from, to }: Smtp | Sendmail, message: Message) {
  return {
    from,
    to: [...to],
    subject: `[Ghostgate] ${titleOf(message)}`,
    text: `${linesOf(message).join('\n')}\n\n-- \nGhostgate at ${message.site}\n`,
    // Vacation programs answer no such mail (RFC 3834 §5).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function said(text: string): string {
  return (cleanText(text.trim(), MOST_SAID_CHARS) ?? '').trim();
}
