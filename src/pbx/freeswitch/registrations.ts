import type { Registration } from '../../event/sip-event.ts';
import { parseAddress } from '../../event/source.ts';
import { cleanText } from '../../event/text.ts';
import { EslError } from './esl-error.ts';
import type { EslSession } from './session.ts';

/** Ten thousand registrations are three megabytes. */
const ANSWER_MS = 10_000;
const MAX_ROWS = 100_000;

/** Every live registration of every profile, as FreeSWITCH answers. Rejects with EslError. */
export async function askRegistrations(session: Pick<EslSession, 'api'>): Promise<Registration[]> {
  const answer = await session.api('show registrations as json', ANSWER_MS);
  if (answer.startsWith('-ERR')) {
    throw new EslError('refused', 'the PBX does not tell who is registered', {
      hint: 'FreeSWITCH must run with its core database: without -nosql.',
      answer: cleanText(answer) ?? '',
    });
  }
  const rows = rowsOf(answer);
  if (rows === undefined || rows.length > MAX_ROWS) {
    throw new EslError('protocol', 'the list of registrations could not be read', {
      answer: cleanText(answer) ?? '',
    });
  }
  return rows.flatMap(registrationOf);
}

/** `{"row_count":0}` has no rows. */
function rowsOf(answer: string): unknown[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    return undefined;
  }
  if (!isObject(parsed) || !('row_count' in parsed)) return undefined;
  const rows = parsed['rows'] ?? [];
  return Array.isArray(rows) ? rows : undefined;
}

/** `network_ip` is where the REGISTER came from; `url` is what the phone wrote, and not believed. */
function registrationOf(row: unknown): Registration[] {
  if (!isObject(row)) return [];
  const { reg_user: user, network_ip: network } = row;
  const account = typeof user === 'string' ? cleanText(user) : undefined;
  const address = typeof network === 'string' ? parseAddress(network) : undefined;
  return account === undefined || address === undefined ? [] : [{ account, address }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
