import type { SitePolicy } from '../judge/fleet-view.ts';
import type { FleetReport } from '../web/fleet-report.ts';
import type { LinkReport, StatusReport } from '../web/status-report.ts';
import type { LockdownReport } from '../web/control-lockdown.ts';
import { outages, problems } from '../web/health.ts';
import { readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { EXIT_NO, ask } from './client.ts';
import { stateWords } from './lockdown-text.ts';
import { fail, json, styled } from './output.ts';
import type { Output, Style } from './output.ts';
import { pad, wrap } from './text.ts';
import { localTime, relative, span } from './when.ts';

/** `ghostgate status`: says whether the PBXs are guarded. Exits 1 when something is wrong. */
export async function status(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const reply = await ask<StatusReport>(asked.socket, 'GET', '/status');
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  const report = reply.body;
  const wrong = problems(report);
  if (asked.json) json(out, report);
  else
    out.out(
      [headline(report, out, now), ...body(report, out, now), ...verdict(wrong, report, out)].join(
        '\n',
      ),
    );
  return wrong.length === 0 ? 0 : EXIT_NO;
}

const USAGE: Usage = {
  command: 'status',
  options: [],
  positionals: { least: 0, most: 0 },
  help: `ghostgate status [--json] [--socket PATH]

Says whether the PBXs are guarded: links, enforcers, bans in force, mode, calls
and notices. Drift is what reconciling had to add or release in an enforcer
since the start: somebody else had changed it.

Examples:
  ghostgate status
  ghostgate status --json | jq .bans.active

Exit codes: 0 all is well, 1 something is wrong, 2 usage, 3 no daemon`,
};

function headline({ version, site, mode, startedAt }: StatusReport, out: Output, now: number) {
  const words =
    mode === 'enforce' ? 'enforce' : styled(out, 'yellow', 'observe (judges, touches nothing)');
  const up = span(now - startedAt);
  return `${styled(out, 'bold', `Ghostgate ${version} at ${site}`)}: ${words}, up for ${up}\n`;
}

function body(report: StatusReport, out: Output, now: number): string[] {
  const { bans, verdicts, calls, sources, injections, lockdown, policy, notices } = report;
  return [
    ...report.pbxs.map((link) => line('PBX', linkWords(link, now), styleOf(link.state), out)),
    ...report.gates.map(({ pbx, trusted, problem }) => {
      const words = `${pbx}: ${figure(trusted)} known sources go through at once`;
      const style = problem === undefined ? undefined : 'yellow';
      return line(
        'Gate',
        problem === undefined ? words : `${pbx}: ${problem || 'not yet'}`,
        style,
        out,
      );
    }),
    ...report.enforcers.map((enforcer) => {
      const { name, state, problem, present, drift } = enforcer;
      const righted = `drift: ${figure(drift.added)} added, ${figure(drift.released)} released`;
      const words = [`${name} ${state}, ${figure(present)} in place; ${righted}`, problem];
      return line('Enforcer', joined(words), styleOf(state), out);
    }),
    ...report.trunks.map(({ name, addresses, problem }) => {
      const words = joined([
        `${name}, ${figure(addresses)} ${addresses === 1 ? 'address' : 'addresses'}`,
        problem,
      ]);
      return line('Trunk', words, problem === undefined ? undefined : 'yellow', out);
    }),
    ...report.feeds.feeds.map(({ name, state, entries, use }) => {
      const words = `${name} ${state}, ${figure(entries)} entries ${use === 'deny' ? 'denied' : 'as evidence'}`;
      return line('Feed', words, state === 'ok' ? undefined : 'yellow', out);
    }),
    ...(report.fleet === undefined
      ? []
      : [line('Fleet', fleetWords(report.fleet, now), fleetStyle(report.fleet), out)]),
    line('Lockdown', lockdownWords(lockdown, now), lockdownStyle(lockdown), out),
    line(
      'Bans',
      `${figure(bans.active)} in force, ${figure(bans.quarantines)} of them quarantines`,
    ),
    line(
      'Verdicts',
      Object.entries(verdicts)
        .map(([answer, n]) => `${figure(n)} ${answer}`)
        .join(', '),
    ),
    line('Calls', callWords(calls)),
    ...(report.gates.length === 0 && calls.rangBeforeRejected > 0
      ? [line('', NO_GATE, 'yellow', out)]
      : []),
    line('Sources', `${figure(sources)} remembered`),
    line('Injections', `${figure(injections)} attempts to forge events`),
    line(
      'Policy',
      `${policy.path}, loaded ${localTime(policy.loadedAt)} (${relative(policy.loadedAt, now)})`,
    ),
    ...baseLines(report.fleet?.policy, now, out),
    ...notices.map((notice) => line('Notice', notice, 'yellow', out)),
  ];
}

function verdict(wrong: readonly string[], report: StatusReport, out: Output): string[] {
  if (wrong.length === 0) return [`\n${styled(out, 'green', 'All is well.')}`];
  const style: Style = outages(report).length > 0 ? 'red' : 'yellow';
  return [
    `\n${styled(out, style, 'Something is wrong:')}`,
    ...wrong.map((each) => wrap('- ', each)),
  ];
}

function linkWords(link: LinkReport, now: number): string {
  const { name, state, version, since, problem, lastLoss, counters } = link;
  const words = `${name} ${state}${version === undefined ? '' : `, ${version}`}`;
  const lost = counters.lostEvents === 0 ? [] : [`${figure(counters.lostEvents)} events lost`];
  const cut =
    lastLoss === undefined ? [] : [`link lost ${relative(lastLoss.at, now)}: ${lastLoss.why}`];
  return [
    joined([`${words}, since ${localTime(since)} (${relative(since, now)})`, problem]),
    ...lost,
    ...cut,
  ].join('; ');
}

function fleetWords(fleet: FleetReport, now: number): string {
  const { link, sites, claims, told, unsent, refused } = fleet;
  const where = link.server === undefined ? '' : `, ${link.server}`;
  const words = `${link.state}${where}, since ${localTime(link.since)} (${relative(link.since, now)})`;
  const counts = `${figure(sites)} sites; ${figure(claims)} notices of others hold, ${figure(told)} told, ${figure(unsent)} waiting, ${figure(refused)} refused`;
  return `${joined([words, link.problem])}; ${counts}`;
}

function baseLines(base: SitePolicy | undefined, now: number, out: Output): string[] {
  if (base === undefined) return [];
  const { ring, version, takenAt, refused, rolledBack } = base;
  const words =
    version === 0
      ? "nothing of the fleet's lies under it"
      : `version ${version} of the fleet lies under it, taken ${localTime(takenAt)} (${relative(takenAt, now)})`;
  const bad = [
    ...(refused === undefined ? [] : [`version ${refused.version} is refused: ${refused.why}`]),
    ...(rolledBack === undefined
      ? []
      : [`gone back from version ${rolledBack.version}: ${rolledBack.why}`]),
  ];
  const whole = [`${words}${ring === '' ? '' : `, ring ${ring}`}`, ...bad].join('; ');
  return [line('', whole, bad.length === 0 ? undefined : 'yellow', out)];
}

function fleetStyle({ link, member }: FleetReport): Style | undefined {
  return link.state === 'up' && member ? undefined : 'yellow';
}

function lockdownWords(lockdown: LockdownReport, now: number): string {
  const words = stateWords(lockdown, now);
  const dropped = `${figure(lockdown.droppedPackets)} packets dropped`;
  return joined([lockdown.state === 'off' ? words : `${words}; ${dropped}`, lockdown.problem]);
}

function lockdownStyle({ state, problem }: LockdownReport): Style | undefined {
  return state === 'unconfirmed' || problem !== undefined ? 'yellow' : undefined;
}

function callWords({ judged, rejected, rangBeforeRejected }: StatusReport['calls']): string {
  const rang = `${figure(rangBeforeRejected)} rang before they were rejected`;
  return `${figure(judged)} judged, ${figure(rejected)} rejected, ${rang}`;
}

const NO_GATE =
  'there is no gate: a ghost call is hung up only while it begins to ring. ghostgate doctor says how to put one in';

const TITLE_COLUMNS = 12;

function line(title: string, words: string, style?: Style, out?: Output): string {
  const text = wrap(pad(title, TITLE_COLUMNS), words);
  return style === undefined || out === undefined ? text : styled(out, style, text);
}

function styleOf(state: string): Style | undefined {
  if (state === 'up' || state === 'ok') return undefined;
  return state === 'degraded' || state === 'connecting' ? 'yellow' : 'red';
}

function joined(words: readonly (string | undefined)[]): string {
  return words.filter((word) => word !== undefined).join(': ');
}

function figure(n: number): string {
  return n.toLocaleString('en-US');
}
