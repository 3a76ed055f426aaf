import { cleanText } from '../../event/text.ts';
import { AmiError } from './errors.ts';
import type { AmiSession } from './session.ts';

/** The line of manager.conf that grants all we use. */
const RIGHTS_LINE = 'write = system,call,reporting';

/**
 * Tries what no call can be judged or rejected without.
 * Rejects with AmiError `missing-rights` naming the line to add.
 */
export async function probeRights(session: AmiSession): Promise<void> {
  // Neither touches anything: a variable of no channel, a channel that cannot exist.
  await probe(session, { Action: 'Getvar', Variable: 'EPOCH' });
  await probe(session, { Action: 'Hangup', Channel: 'PJSIP/ghostgate-probe' });
}

async function probe(session: AmiSession, action: Readonly<Record<string, string>>) {
  const answer = await session.request(action);
  const denied = answer.name === 'Error' && answer.fields.get('Message') === 'Permission denied';
  if (!denied) return;
  throw new AmiError('missing-rights', `Asterisk denies us the action ${action['Action']}`, {
    hint: `Give the AMI user \`${RIGHTS_LINE}\` in manager.conf, then \`manager reload\`.`,
    answer: 'Permission denied',
  });
}

export const NO_FILTERS =
  'Asterisk took none of our event filters, so anybody could forge its security events: ' +
  'they are not read, and who is registered is not known. ' +
  `Give the AMI user \`${RIGHTS_LINE}\` in manager.conf, then \`manager reload\`.`;

/** Like `Asterisk 22.10.1`; undefined when it is not told. */
export async function versionOf(session: AmiSession): Promise<string | undefined> {
  const answer = await session.request({ Action: 'CoreSettings' });
  const told = cleanText(answer.fields.get('AsteriskVersion'), 40);
  return told === undefined ? undefined : `Asterisk ${told.replace(/[~+].*$/, '')}`;
}
