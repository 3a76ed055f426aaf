import type { PbxCounters } from '../pbx.ts';
import { EslError } from './esl-error.ts';
import { isUntold } from './problems.ts';
import type { EslSession } from './session.ts';

type Asked = Pick<EslSession, 'api'>;

/** Like `FreeSWITCH 1.11.2`; undefined when it would not say. Rejects with EslError. */
export async function askVersion(session: Asked): Promise<string | undefined> {
  // `FreeSWITCH Version 1.11.2-release+git~2026… (git 3f13ad1 …)`
  const answer = await told(session, 'version');
  const number = /^FreeSWITCH Version (\d{1,4}(?:\.\d{1,4}){1,3})/i.exec(answer)?.[1];
  return number === undefined ? undefined : `FreeSWITCH ${number}`;
}

/** What names one run of a FreeSWITCH: another one after each start. Rejects with EslError. */
export async function askCore(session: Asked): Promise<string | undefined> {
  const answer = await told(session, 'global_getvar core_uuid');
  return /^[0-9a-f-]{36}$/.test(answer) ? answer : undefined;
}

/** Its clock, in milliseconds since the epoch. Rejects with EslError. */
export async function askClock(session: Asked): Promise<number | undefined> {
  const answer = await told(session, 'strmicroepoch');
  return /^\d{13,17}$/.test(answer) ? Number(answer) / 1000 : undefined;
}

/** What is wrong while mod_sofia is not loaded. Rejects with EslError. */
export async function askSofia(session: Asked): Promise<string | undefined> {
  const answer = await told(session, 'module_exists mod_sofia');
  return answer === 'false' ? NO_SOFIA : undefined;
}

export const NO_SOFIA =
  "mod_sofia is not loaded, so FreeSWITCH takes no SIP call: fs_cli -x 'load mod_sofia'";

/** The answer; empty when the event socket denies the command, as it may any of them. */
async function told(session: Asked, command: string): Promise<string> {
  try {
    return (await session.api(command)).trim();
  } catch (error) {
    if (isUntold(error)) return '';
    throw error;
  }
}

/** What is kept of a server from one connection to the next. */
export interface ServerMemory {
  core?: string | undefined;
  /** It said goodbye, and not that the whole server ends. */
  farewell?: boolean;
}

/**
 * Tells from the run's name what had happened to a server we were attached to before, counts
 * it, and remembers the name. Undefined when nothing can be told.
 */
export function recognise(
  memory: ServerMemory,
  core: string | undefined,
  counters: Pick<PbxCounters, 'restarts'>,
): string | undefined {
  const { core: before, farewell = false } = memory;
  memory.core = core;
  memory.farewell = false;
  if (before === undefined || core === undefined) return undefined;
  if (before === core && !farewell) return 'FreeSWITCH itself had gone on running.';
  counters.restarts++;
  return before === core
    ? 'FreeSWITCH itself had gone on running: mod_event_socket was reloaded.'
    : 'FreeSWITCH had been restarted.';
}

/** The reason why a connection ended, when the server had said before that it would. */
export function shutDown({ answer }: EslError): EslError {
  return new EslError('closed', 'FreeSWITCH was shut down', {
    hint: 'Once it runs again, Ghostgate is attached again within a second.',
    ...(answer === undefined ? {} : { answer }),
  });
}
