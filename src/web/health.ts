import type { StatusReport } from './status-report.ts';

/** What keeps Ghostgate from guarding, a sentence each; empty when it guards. */
export function outages({ pbxs, enforcers }: StatusReport): string[] {
  const links = pbxs
    .filter(({ state }) => state !== 'up' && state !== 'degraded')
    .map(({ name, state, problem }) => sentence(`PBX ${name} is ${state}`, problem));
  const places = enforcers
    .filter(({ state }) => state === 'failing')
    .map(({ name, problem }) => sentence(`enforcer ${name} is failing`, problem));
  return [...links, ...places];
}

/** Everything an operator should put right: the outages and what works in part only. */
export function problems(report: StatusReport): string[] {
  const { pbxs, trunks, policy, lockdown } = report;
  const links = pbxs
    .filter(({ state }) => state === 'degraded')
    .map(({ name, problem }) => sentence(`PBX ${name} works in part`, problem));
  const unresolved = trunks
    .filter(({ problem }) => problem !== undefined)
    .map(({ name, problem }) => sentence(`trunk ${name}`, problem));
  const stale =
    policy.error === undefined
      ? []
      : [sentence('the policy file could not be loaded, the one before stays', policy.error)];
  const gates = report.gates
    .filter(({ problem }) => problem !== undefined)
    .map(({ pbx, problem }) => sentence(`the gate of ${pbx} is not kept`, problem || 'not yet'));
  const open = lockdown.problem === undefined ? [] : [sentence('lockdown', lockdown.problem)];
  const { fleet } = report;
  const alone =
    fleet === undefined || (fleet.link.state === 'up' && fleet.member)
      ? []
      : fleet.link.state === 'up'
        ? [
            sentence(
              'the fleet does not know this site',
              'ghostgate fleet add SITE KEY, by the operator',
            ),
          ]
        : [sentence('the fleet is not reached, this site goes on alone', fleet.link.problem)];
  const lists = [
    ...report.feeds.feeds.flatMap(({ name, held, problem }) => [
      ...(held === undefined ? [] : [sentence(`feed ${name} is held back`, held.why)]),
      ...(problem === undefined ? [] : [sentence(`feed ${name}`, problem)]),
    ]),
    ...report.feeds.geo
      .filter(({ problem }) => problem !== undefined)
      .map(({ file, problem }) => sentence(`GeoIP by ${file}`, problem)),
  ];
  return [
    ...outages(report),
    ...links,
    ...gates,
    ...unresolved,
    ...stale,
    ...open,
    ...alone,
    ...lists,
  ];
}

function sentence(what: string, why: string | undefined): string {
  return why === undefined ? what : `${what}: ${why}`;
}
