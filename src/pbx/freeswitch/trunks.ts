import type { FreeswitchPolicy } from '../../policy/policy-pbx.ts';
import { proposalsOf, type TrunkProposal } from '../trunks.ts';
import { askConfiguration } from './configuration.ts';
import { told } from './problems.ts';
import { type EslSession, openEslSession } from './session.ts';
import { allowTraces, gatewayTraces, statusTraces } from './translate-trunk.ts';

/**
 * Which trunks this FreeSWITCH has, over a connection of its own. Undefined when it does not tell.
 * Changes nothing. Rejects with EslError when it cannot be asked.
 */
export async function learnFreeswitchTrunks(
  policy: FreeswitchPolicy,
): Promise<TrunkProposal[] | undefined> {
  const on = { event: ignore, refused: ignore, closed: ignore };
  const session = await openEslSession({ policy, purpose: 'commands', subscribe: [], on });
  try {
    return await askTrunks(session);
  } finally {
    session.close();
  }
}

/**
 * The same over a connection that is there already: gateways of its profiles, those of users in the
 * directory too, and networks that a profile lets call without a password.
 */
export async function askTrunks(
  session: Pick<EslSession, 'api'>,
): Promise<TrunkProposal[] | undefined> {
  const sofia = await told(askConfiguration(session, 'sofia.conf'));
  const acl = await told(askConfiguration(session, 'acl.conf'));
  const status = await told(session.api('sofia xmlstatus gateway', ANSWER_MS));
  if (sofia === undefined && status === undefined) return undefined;
  const configured = sofia === undefined ? [] : gatewayTraces(sofia);
  return proposalsOf([
    ...configured,
    ...statusTraces(status ?? '', new Set(configured.map(({ endpoint }) => endpoint))),
    ...(sofia === undefined || acl === undefined ? [] : allowTraces(sofia, acl)),
  ]);
}

const ANSWER_MS = 30_000;

function ignore(): void {}
