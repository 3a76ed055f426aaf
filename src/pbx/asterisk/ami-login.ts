import { createHash } from 'node:crypto';
import type { AsteriskPolicy } from '../../policy/policy-pbx.ts';
import type { Action } from './action.ts';
import { AmiError } from './errors.ts';
import type { Frame } from './frame.ts';

/** Sends one action and resolves with its answer, in time for a login. */
export type Request = (action: Action) => Promise<Frame>;

/** Logs in with this event mask; the secret crosses in clear only where MD5 is not offered. */
export async function login(request: Request, policy: AsteriskPolicy, events: string) {
  const { username, secret } = policy;
  const offer = await request({ Action: 'Challenge', AuthType: 'MD5' });
  const challenge = offer.name === 'Success' ? offer.fields.get('Challenge') : undefined;
  const credentials =
    challenge === undefined
      ? { Secret: secret }
      : {
          AuthType: 'MD5',
          Key: createHash('md5').update(challenge).update(secret).digest('hex'),
        };
  const answer = await request({
    Action: 'Login',
    Username: username,
    ...credentials,
    Events: events,
  });
  if (answer.name !== 'Success') throw loginRefused(username, answer);
}

/**
 * Installs every filter and sees that each was taken. Rejects with AmiError `filter-refused`.
 * Action: Filter is used rather than manager.conf alone, because only so do we know.
 */
export async function installFilters(request: Request, filters: readonly string[]) {
  const adding = filters.map(async (filter) => {
    const answer = await request({ Action: 'Filter', Operation: 'Add', Filter: filter });
    if (answer.name !== 'Success') throw filterRefused(filter, answer);
  });
  await Promise.all(adding);
}

/** The words are those of main/manager.c, the same in versions 16 and 22. */
function loginRefused(username: string, frame: Frame): AmiError {
  const answer = wordsOf(frame);
  if (answer === 'Login Already In Use') {
    return new AmiError('missing-rights', `AMI user ${username} may log in only once`, {
      hint: 'Ghostgate holds several sessions: set allowmultiplelogin=yes in manager.conf.',
      answer,
    });
  }
  return new AmiError('wrong-secret', `AMI user ${username} was not let in: ${answer}`, {
    hint:
      `In manager.conf, [${username}] must hold the secret the policy names and its permit= must ` +
      'hold our address; then `manager reload`.',
    answer,
  });
}

function filterRefused(filter: string, frame: Frame): AmiError {
  const answer = wordsOf(frame);
  return new AmiError('filter-refused', `event filter ${filter} was not taken: ${answer}`, {
    hint: 'Action: Filter needs write=system for our user in manager.conf.',
    answer,
  });
}

function wordsOf(frame: Frame): string {
  return (frame.fields.get('Message') ?? '').slice(0, 256);
}
