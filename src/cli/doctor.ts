import { parseArgs } from 'node:util';
import { loadPolicy } from '../policy/load.ts';
import { problemText } from '../policy/problem.ts';
import type { StatusReport } from '../web/status-report.ts';
import { ask, CENTRAL_RUN, EXIT_NO, EXIT_USAGE } from './client.ts';
import { daemonGroup } from './doctor/group-daemon.ts';
import { type AllowedParts, visitAllowed } from './doctor/group-allowed.ts';
import { visitPbx } from './doctor/group-pbx.ts';
import type { Group } from './doctor/finding.ts';
import { ownAddress } from './doctor/own.ts';
import { groupsText } from './doctor/show.ts';
import { misused } from './args.ts';
import { socketOf } from '../policy/shared.ts';
import { fail, json, type Output } from './output.ts';

const HELP = `ghostgate doctor [--policy FILE] [--json] [--canary] [--socket PATH]

Asks each PBX of the policy, as it runs now, whether it is guarded, and says
with each finding what to do about it: rights of our user, event filters,
functions in channelvars, the gate and every way in for strangers, ACLs, clock,
trunks in DNS, trunks that the PBX has and the policy has not, and whether one
of them is shut out by mistake. Changes nothing. Ghostgate need not run.

On a PBX of this machine a canary, one harmless SIP request, shows that events
come. It goes out as a call only when that can ring nobody.

Options:
  -p, --policy FILE  default /etc/ghostgate/policy.yaml
      --canary       send the canary as a call, whatever it may ring
      --json         machine-readable
      --socket PATH  of the daemon, if another than the policy's
      --site NAME    of the daemon, where ghostgate central runs

Examples:
  ghostgate doctor
  ghostgate doctor --policy policy.yaml --json | jq '.groups[].findings[]'

Exit codes: 0 nothing failed, 1 something failed, 2 usage or a bad policy,
3 a PBX cannot be asked`;

/** No PBX was asked, or not every one. */
const EXIT_AWAY = 3;

/** For tests: the clock, DNS, and where fail2ban would be. */
export type DoctorParts = Pick<AllowedParts, 'dns' | 'fail2banSocket'> & {
  readonly now?: () => number;
};

/** `ghostgate doctor`; resolves with the exit code. */
export async function doctor(
  args: string[],
  out: Output,
  { now = Date.now, ...parts }: DoctorParts = {},
): Promise<number> {
  const asked = readDoctorArgs(args, out);
  if (typeof asked === 'number') return asked;
  const loaded = await loadPolicy(asked.policy);
  if ('problems' in loaded) {
    for (const problem of loaded.problems) out.err(problemText(problem));
    const hint = `ghostgate check ${asked.policy}; or name another policy with --policy`;
    return fail(out, EXIT_USAGE, `the policy ${asked.policy} cannot be used`, hint);
  }
  const { policy } = loaded;
  const socket = asked.socket ?? policy.control.socket;
  const reply = await ask<StatusReport>(socket, 'GET', '/status');
  const daemon = reply.ok ? { socket, report: reply.body } : undefined;
  const visit = {
    policy,
    now,
    socket: daemon?.socket,
    isOwn: ownAddress(),
    insist: asked.canary,
  };
  const found = await Promise.all(policy.pbxs.map((pbx) => visitPbx(pbx, visit)));
  const bans = found.flatMap((each) => each.bans);
  const gates = found.flatMap((each) => each.gates);
  const learned = found.flatMap(({ trunks }) => trunks ?? []);
  const groups: Group[] = [
    ...found.map(({ group }) => group),
    await visitAllowed({ ...parts, policy, bans, gates, learned, daemon }),
    daemonGroup(policy, reply),
  ];
  const exit = exitOf(groups);
  if (asked.json) json(out, { site: policy.site, exit, groups });
  else out.out(groupsText(groups, out));
  return exit;
}

function exitOf(groups: readonly Group[]): number {
  if (groups.some(({ unreachable }) => unreachable === true)) return EXIT_AWAY;
  const failed = groups.some(({ findings }) => findings.some(({ level }) => level === 'failed'));
  return failed ? EXIT_NO : 0;
}

interface DoctorAsked {
  readonly policy: string;
  readonly json: boolean;
  readonly canary: boolean;
  readonly socket: string | undefined;
}

function readDoctorArgs(args: string[], out: Output): DoctorAsked | number {
  try {
    const { values } = parseArgs({
      args,
      options: {
        policy: { type: 'string', short: 'p' },
        json: { type: 'boolean' },
        canary: { type: 'boolean' },
        socket: { type: 'string' },
        site: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      out.out(HELP);
      return 0;
    }
    const { policy = '/etc/ghostgate/policy.yaml', site } = values;
    const socket = values.socket ?? (site === undefined ? undefined : socketOf(CENTRAL_RUN, site));
    return { policy, socket, json: values.json === true, canary: values.canary === true };
  } catch (error) {
    const code = misused(out, 'doctor', error instanceof Error ? error.message : String(error));
    return code === 0 ? EXIT_USAGE : code;
  }
}
