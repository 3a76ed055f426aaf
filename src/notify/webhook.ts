import { createHmac } from 'node:crypto';
import { cleanText } from '../event/text.ts';
import type { NotifyWay } from '../policy/policy-notify.ts';
import type { Message } from './message.ts';
import { linesOf, titleOf } from './message.ts';
import { SendError } from './send-error.ts';

type Webhook = Extract<NotifyWay, { kind: 'webhook' }>;

const PATIENCE_MS = 10_000;
const MOST_ANSWER_CHARS = 200;
/** Teams takes 28 kB, Slack 40,000 characters. */
const MOST_TEXT_CHARS = 12_000;

/** Posts the message; resolves with what the receiver said. Rejects with SendError. */
export async function post(
  webhook: Webhook,
  message: Message,
  signal?: AbortSignal,
): Promise<string> {
  const { url, format, secret } = webhook;
  const body = JSON.stringify(BODIES[format](message));
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signature(body, message.at, secret) },
      body,
      // An address that moved would take the message, and its signature, somewhere else.
      redirect: 'manual',
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    const said = await beginning(answer, url);
    if (answer.ok) return said === '' ? String(answer.status) : `${answer.status} ${said}`;
    const again = Number(answer.headers.get('retry-after') ?? Number.NaN);
    throw new SendError(
      `it answered ${answer.status}${said === '' ? '' : ` ${said}`}`,
      Number.isFinite(again) ? { againMs: again * 1000 } : {},
    );
  } catch (cause) {
    if (cause instanceof SendError) throw cause;
    throw new SendError(whyOf(cause), { cause });
  }
}

/** Signed with its time, so that a post that was heard cannot be played again much later. */
function signature(body: string, at: number, secret?: string): Record<string, string> {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(at / 1000));
  const hmac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-ghostgate-timestamp': timestamp, 'x-ghostgate-signature': `sha256=${hmac}` };
}

/** The begin of the answer, and no more of it is read; nothing that repeats the secret address. */
async function beginning(answer: Response, url: string): Promise<string> {
  const reader = answer.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  const text = Buffer.from(value ?? []).toString('utf8');
  const { pathname } = new URL(url);
  if (pathname.length > 1 && text.includes(pathname)) return '';
  return cleanText(text.replaceAll(/\s+/g, ' ').trim(), MOST_ANSWER_CHARS) ?? '';
}

function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'it could not be reached';
  if (cause.name === 'TimeoutError') return `it did not answer in ${PATIENCE_MS / 1000} s`;
  // What fetch could not do stands in its cause: ECONNREFUSED, a bad certificate.
  const inner = cause.cause instanceof Error ? cause.cause : cause;
  return inner.message === '' && 'code' in inner ? String(inner.code) : inner.message;
}

const BODIES: Readonly<Record<Webhook['format'], (message: Message) => object>> = {
  json: (message) => ({
    ...message,
    title: titleOf(message),
    text: textOf(message),
  }),
  // Nothing in it is markup, becomes a link or calls anybody (docs.slack.dev, formatting text).
  slack: (message) => ({
    text: escaped(`${titleOf(message)}\n${textOf(message)}`),
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  }),
  teams: (message) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            run(`Ghostgate ${titleOf(message)}`, { weight: 'bolder', size: 'medium' }),
            ...textOf(message)
              .split('\n')
              .map((line) => run(line)),
          ],
        },
      },
    ],
  }),
};

/** Runs of text are shown as they are; a TextBlock would read Markdown in what a stranger chose. */
function run(text: string, look: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...look }] };
}

function textOf(message: Message): string {
  const text = linesOf(message).join('\n');
  return text.length > MOST_TEXT_CHARS ? `${text.slice(0, MOST_TEXT_CHARS)}…` : text;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
