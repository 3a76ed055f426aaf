import type { LockdownPlan, LockdownReport, RegisteredPlan } from '../web/control-lockdown.ts';
import { pad, wrap } from './text.ts';
import { localTime, relative } from './when.ts';

/** In what state lockdown is, as lines. */
export function stateLines(report: LockdownReport, now: number): string[] {
  const { droppedPackets, problem } = report;
  const lines = [wrap('', `Lockdown is ${stateWords(report, now)}.`)];
  if (report.state !== 'off') {
    lines.push(`${counted(droppedPackets, 'packet')} dropped so far.`);
  }
  if (problem !== undefined) lines.push(wrap('Problem: ', problem));
  return lines;
}

/** `on since …`, `on, unconfirmed until …` or `off`. */
export function stateWords({ state, since = 0, by = '', until = 0 }: LockdownReport, now: number) {
  if (state === 'off') return 'off';
  const whose = by === '' ? '' : ` (${by})`;
  if (state === 'on') return `on, confirmed ${localTime(since)}${whose}`;
  return `on${whose}, unconfirmed: it ends by itself at ${localTime(until, true)} (${relative(until, now)})`;
}

/** Whom it lets in and whom it shuts out, as lines. */
export function planLines(plan: LockdownPlan): string[] {
  const { sipPorts, trunks, trusted, registered, shutOut } = plan;
  const ports = sipPorts.length === 0 ? '' : ` (${sipPorts.join(', ')})`;
  return [
    wrap('', `Lockdown opens the SIP ports${ports} to these alone:`),
    line('trunks', trunkWords(trunks)),
    line('trusted', counted(trusted, 'network')),
    line('registered', registered === undefined ? 'none: the policy says so' : told(registered)),
    ...unreachableLines(registered),
    wrap(
      '',
      'A phone that holds no registration yet and is in no trusted network cannot register while it is on.',
    ),
    shutOutLine(shutOut),
  ];
}

function trunkWords(trunks: LockdownPlan['trunks']): string {
  if (trunks.length === 0) return 'none';
  return trunks
    .map(({ name, addresses }) => `${name} (${counted(addresses, 'address', 'addresses')})`)
    .join(', ');
}

function told({ sources, outside, some }: RegisteredPlan): string {
  const words = `${counted(sources, 'source')}, ${outside} of them outside of trusted networks`;
  if (outside === 0) return words;
  const named = some.map(({ address, accounts }) => `${address} (${accounts.join(', ')})`);
  const more = outside > some.length ? `, and ${outside - some.length} more` : '';
  return `${words}: ${named.join(', ')}${more}`;
}

function unreachableLines(registered: RegisteredPlan | undefined): string[] {
  const accounts = registered?.unreachable ?? [];
  if (accounts.length === 0) return [];
  const what = `${accounts.join(', ')} registered with a private address as contact`;
  const why = 'if their packets come from another one they will be shut out';
  return [wrap('  ! ', `${what}: ${why}. rewrite_contact=yes on the PBX, or trust their network.`)];
}

function shutOutLine({ sources, some }: LockdownPlan['shutOut']): string {
  if (sources === 0) return 'Nobody else has sent to these ports in the last minute.';
  const more = sources > some.length ? `, and ${sources - some.length} more` : '';
  const who = `${counted(sources, 'other source')} sent to these ports in the last minute`;
  return wrap('', `${who} and would be shut out: ${some.join(', ')}${more}.`);
}

function line(title: string, words: string): string {
  return wrap(`  ${pad(title, 12)}`, words);
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
