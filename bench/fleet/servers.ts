import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { leafServers } from '../../test/fleet/leaf.ts';
import type { Keys, Nats } from '../../test/fleet/nats.ts';
import { freePort, natsServer } from '../../test/fleet/nats.ts';
import type { Wire } from '../../test/fleet/proxy.ts';
import { wireTo } from '../../test/fleet/proxy.ts';

/** The servers of a run, and where each site connects. */
export interface Servers {
  readonly hub: Nats;
  readonly leaves: readonly Nats[];
  readonly urlOf: (site: string) => string;
  /** Between the first leaf and the hub, where it is to be cut. */
  readonly wire: Wire | undefined;
  start(): Promise<void>;
  kill(): Promise<void>;
}

export async function openServers(
  folder: string,
  operator: Keys,
  keys: Readonly<Record<string, Keys>>,
  leaves: number,
  isCut: boolean,
): Promise<Servers> {
  if (leaves === 0) {
    const hub = await natsServer(folder, operator, keys);
    return {
      hub,
      leaves: [],
      urlOf: () => hub.url,
      wire: undefined,
      start: () => hub.start(),
      kill: () => hub.kill(),
    };
  }
  const places: Record<string, Record<string, Keys>> = {};
  const leafOf = new Map<string, string>();
  for (const [at, [site, its]] of Object.entries(keys).entries()) {
    const leaf = `leaf-${at % leaves}`;
    leafOf.set(site, leaf);
    (places[leaf] ??= {})[site] = its;
  }
  let wire: Wire | undefined;
  const wayToHub = async (leaf: string, port: number): Promise<number> => {
    if (!isCut || leaf !== 'leaf-0') return port;
    wire = await wireTo({ after() {} }, port);
    return wire.port;
  };
  // No leaf gets past the wire: nothing listens where the hub says that it does.
  const advertised = isCut ? await freePort() : undefined;
  const fleet = await leafServers(folder, operator, places, wayToHub, advertised);
  const all = Object.values(fleet.leaves);
  return {
    hub: fleet.hub,
    leaves: all,
    wire,
    urlOf: (site) => fleet.leaves[leafOf.get(site) ?? '']?.url ?? '',
    async start() {
      await fleet.hub.start();
      for (const leaf of all) await leaf.start();
    },
    async kill() {
      for (const server of [fleet.hub, ...all]) await server.kill();
    },
  };
}

/** What a process has used. */
export interface Used {
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** proc(5): utime and stime, in hundredths; resident pages. */
export function usedBy({ pid }: Nats): Used {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
    rssMb: (Number(fields[21]) * 4096) / 1024 ** 2,
  };
}

/** Bytes on the wire at the server's side so far, TCP and IP headers and acknowledgements included. */
export interface OnWire {
  readonly toSites: number;
  readonly fromSites: number;
}

export function wireOf(servers: readonly Nats[]): OnWire {
  let toSites = 0;
  let fromSites = 0;
  for (const { port } of servers) {
    const args = ['-tinH', 'state', 'established', `sport = :${port}`];
    const text = execFileSync('ss', args, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
    toSites += sumOf(text, /bytes_sent:(\d+)/g) + HEADER * sumOf(text, /segs_out:(\d+)/g);
    fromSites += sumOf(text, /bytes_received:(\d+)/g) + HEADER * sumOf(text, /segs_in:(\d+)/g);
  }
  return { toSites, fromSites };
}

/** IPv4 and TCP with timestamps. */
const HEADER = 52;

function sumOf(text: string, number: RegExp): number {
  let sum = 0;
  for (const [, digits] of text.matchAll(number)) sum += Number(digits);
  return sum;
}
