import { z } from 'zod';
import { cleanText } from '../event/text.ts';
import { EnforceError } from './enforcer.ts';

export interface CrowdsecLogin {
  /** Of the local API: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly machine: string;
  readonly password: string;
}

/** Requests to the local API, as a machine that it knows. */
export interface CrowdsecApi {
  /** Resolves with the answer, parsed. Logs in when that is needed. One request at a time. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
}

/** @throws EnforceError (every call) when the API is away, silent, or says no */
export function crowdsecApi({ url, machine, password }: CrowdsecLogin): CrowdsecApi {
  let token: Promise<string> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function logIn(): Promise<string> {
    const login = { machine_id: machine, password, scenarios: [] };
    const { status, text } = await send('POST', '/v1/watchers/login', JSON.stringify(login));
    if (status !== 200) {
      throw new EnforceError(`crowdsec: ${machine} cannot log in: ${said(text)}`, LOGIN_HINT);
    }
    return LOGIN.parse(parsed(text)).token;
  }

  async function send(method: string, path: string, body?: string, bearer?: string) {
    try {
      const answer = await fetch(url + path, {
        method,
        headers: {
          ...HEADERS,
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
        ...(body === undefined ? {} : { body }),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return { status: answer.status, text: await bounded(answer) };
    } catch (error) {
      if (error instanceof EnforceError) throw error;
      throw new EnforceError(
        `crowdsec: ${url} does not answer: ${causeOf(error)}`,
        AWAY_HINT,
        error,
      );
    }
  }

  /** One login for all who wait; a token lives an hour, and the next request after that renews it. */
  function tokenNow(): Promise<string> {
    token ??= logIn().catch((error: unknown) => {
      token = undefined;
      throw error;
    });
    return token;
  }

  async function askNow(method: string, path: string, body: unknown): Promise<unknown> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const mine = tokenNow();
    let answer = await send(method, path, content, await mine);
    if (answer.status === 401) {
      if (token === mine) token = undefined;
      answer = await send(method, path, content, await tokenNow());
    }
    if (answer.status >= 200 && answer.status < 300) return parsed(answer.text);
    const what = `${method} ${path.split('?')[0]}`;
    throw new EnforceError(`crowdsec: ${what}: ${answer.status} ${said(answer.text)}`, LOG_HINT);
  }

  return {
    ask(method, path, body) {
      // Two writes at once and its SQLite refuses one of them: "database is locked".
      const mine = turn.then(() => askNow(method, path, body));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

const LOGIN = z.object({ token: z.string().min(1).max(4096) });

/** A proxy in its place, or another program on this port, could send without end. */
async function bounded(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > MOST_BYTES) throw new EnforceError('crowdsec: answer too long', AWAY_HINT);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EnforceError('crowdsec: the answer is no JSON', AWAY_HINT, error);
  }
}

/** The API's own words, as far as a line has room. */
function said(text: string): string {
  const message = /"message":\s*"([^"]{1,200})/.exec(text)?.[1];
  return cleanText(message ?? text, 200) ?? '';
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cleanText(cause instanceof Error ? cause.message : String(cause), 200) ?? '';
}

/** The API refuses a user agent that is not `name/version`. */
const HEADERS = { 'user-agent': 'ghostgate/1', 'content-type': 'application/json' };
/** 500 decisions take it 0.4 s; a list of 10,000 as much. */
const ANSWER_MS = 30_000;
/** 10,000 decisions are 2 MB. */
const MOST_BYTES = 32_000_000;
const LOGIN_HINT =
  'Make the machine known, with the password of the policy: cscli machines add NAME --password … -f /dev/null';
const AWAY_HINT = 'Does CrowdSec run (systemctl status crowdsec), and is the url its local API?';
const LOG_HINT = 'See the CrowdSec log for the reason.';
