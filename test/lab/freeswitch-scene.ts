import type { Daemon, LogLine } from './daemon.ts';
import type { Freeswitch } from './freeswitch.ts';
import { EXTERNAL } from './freeswitch.ts';
import { netnsOf, PBX, type Net } from './net.ts';
import { eventually, type Undo } from './process.ts';
import type { Report } from './report.ts';
import type { Task, Told } from './sip-client.ts';
import { sip } from './sip.ts';

/** Everything that stands while FreeSWITCH is attacked. */
export interface FreeswitchScene {
  readonly undo: Undo;
  readonly net: Net;
  readonly told: Report;
  readonly folder: string;
  readonly freeswitch: Freeswitch;
  readonly daemon: Daemon;
  /** Of the event socket. */
  readonly password: string;
}

/** One request or several from a scanner's address. */
export function from(
  { net }: FreeswitchScene,
  address: string,
  task: Omit<Task, 'host' | 'from' | 'port'> & { port?: number },
  netns = netnsOf(net, address),
): Promise<Told> {
  return sip(netns, { host: PBX, port: EXTERNAL, waitMs: 2000, ...task, from: address });
}

/** The first line of the daemon's log that fits, waited for. */
export async function logged(
  { daemon }: FreeswitchScene,
  fits: (line: LogLine) => boolean,
  ms = 3000,
): Promise<LogLine | undefined> {
  return (await eventually(ms, () => daemon.log().find(fits)))?.value;
}
