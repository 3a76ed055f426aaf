import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { tally } from './good.ts';
import { PBX, scanner, type Net } from './net.ts';
import { eventually, start, type Undo } from './process.ts';

export interface GhostCalls {
  /** Resolves when the last call is over. */
  readonly ended: Promise<unknown>;
  /** Resolves when half of them were made. */
  halfway(): Promise<void>;
  tally(): { made: number; refused: number };
}

export interface GhostPlan {
  /** Where the PBX takes calls from strangers. */
  readonly port: number;
  readonly folder: string;
  readonly injecting: boolean;
  /** Default 1,000, 50 a second. */
  readonly calls?: number;
  readonly aSecond?: number;
}

/** Ghost calls from 200 addresses. */
export function startGhosts(
  undo: Undo,
  net: Net,
  { port, folder, injecting, calls = 1000, aSecond = 50 }: GhostPlan,
): GhostCalls {
  const sources = join(folder, 'ghosts.csv');
  const lines = Array.from({ length: 200 }, (_, at) => {
    const callers = injecting ? INJECTING : JUNK;
    return `${scanner(20 + at)};${callers[at % callers.length]};${AGENTS[at % AGENTS.length]}`;
  });
  writeFileSync(sources, `SEQUENTIAL\n${lines.join('\n')}\n`);
  const stat = join(folder, 'ghosts.stat');
  const sipp = start(
    undo,
    'sipp',
    `${PBX}:${port} -t ui -inf ${sources} -ip_field 0 -i ${scanner(20)} -max_socket 1000 \
-sf ${fromRoot('test/lab/sipp/ghosts.xml')} -s 6001 -nostdin -m ${calls} -r ${aSecond} \
-trace_stat -fd 1 -stf ${stat}`.split(' '),
    { netns: net.scanners, cwd: folder, log: join(folder, 'ghosts.log') },
  );
  // A call that was answered after all may keep sipp waiting for an end that does not come.
  const late = setTimeout(() => void sipp.stop('SIGKILL'), (calls / aSecond) * 1000 + LATE_MS);
  return {
    ended: sipp.exited.finally(() => clearTimeout(late)),
    async halfway() {
      await eventually(30_000, () => (tally(stat).made >= calls / 2 ? true : undefined));
    },
    tally() {
      const { made, good } = tally(stat);
      return { made, refused: good };
    },
  };
}

/** Every call ends within two seconds, or never. */
const LATE_MS = 15_000;

/** What scanners show, and numbers as honest callers have them. */
const JUNK = ['100', '101', '1000', '4930901820', '+31201234567'];
const AGENTS = ['friendly-scanner', 'pplsip', 'Yealink SIP-T46S 66.86'];

/** Caller IDs that make AMI print events that never happened, or that break lines in other ways. */
const INJECTING = [
  '%0d%0a%0d%0aEvent%3a%20InvalidPassword%0d%0aRemoteAddress%3a%20IPV4%2fUDP%2f198.18.12.1',
  '%0d%0aEvent%3a%20rawevent',
  '100%0a',
  '%0aGHOSTGATE%3a%20pass',
  '+31201234567%0d',
  '%24%7buuid_kill(all)%7d%0a',
];
