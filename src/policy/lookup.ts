import { NODATA, NOTFOUND, TIMEOUT } from 'node:dns';
import { prefixTable } from '../event/network.ts';
import { parseAddress } from '../event/source.ts';
import { isHostName } from './host-text.ts';

/** What of node:dns/promises is used; a Resolver of it fits. */
export interface TrunkDns {
  resolveSrv(name: string): Promise<readonly { readonly name: string }[]>;
  resolve4(name: string, options: { ttl: true }): Promise<readonly Answered[]>;
  resolve6(name: string, options: { ttl: true }): Promise<readonly Answered[]>;
  cancel(): void;
}

interface Answered {
  readonly address: string;
  /** Seconds. */
  readonly ttl: number;
}

/** What DNS said of one host name just now. */
export interface HostAnswer {
  /** Canonical addresses, each with its time to live in seconds. */
  readonly found: ReadonlyMap<string, number>;
  /** Every question was answered, if only with "no": an address that is not here is gone. */
  readonly complete: boolean;
  /** Why nothing was found. */
  readonly trouble: Error | undefined;
}

/**
 * Asks for everything a SIP client would try for this name (RFC 3263 §4): the SRV records of SIP
 * over UDP, TCP and TLS, then A and AAAA of the name itself and of every target. A name that
 * begins with an underscore is the owner of SRV records and nothing else.
 */
export async function lookUp(dns: TrunkDns, host: string): Promise<HostAnswer> {
  const owners = host.startsWith('_') ? [host] : SERVICES.map((service) => `${service}.${host}`);
  const services = await Promise.all(owners.map((owner) => ask(() => dns.resolveSrv(owner))));
  const targets = services.flatMap(({ records }) => records.map(({ name }) => name.toLowerCase()));
  const names = new Set([...(host.startsWith('_') ? [] : [host]), ...targets.filter(isHostName)]);
  const asked = [...names]
    .slice(0, MOST_TARGETS)
    .flatMap((name) => [
      ask(() => dns.resolve4(name, { ttl: true })),
      ask(() => dns.resolve6(name, { ttl: true })),
    ]);
  const answers = await Promise.all(asked);

  const found = new Map<string, number>();
  const refused: string[] = [];
  for (const { address: written, ttl } of answers.flatMap(({ records }) => records)) {
    const address = parseAddress(written);
    if (address === undefined || ABSURD.match(address) !== undefined) refused.push(written);
    else if (found.size < MOST_ADDRESSES)
      found.set(address, Math.min(ttl, found.get(address) ?? ttl));
  }
  const faults = [...services, ...answers].flatMap(({ fault }) => fault ?? []);
  const complete = faults.every((fault) => isNo(fault));
  const trouble = found.size > 0 ? undefined : troubleOf(faults, refused);
  return { found, complete, trouble };
}

interface Asked<Row> {
  readonly records: readonly Row[];
  readonly fault: Error | undefined;
}

async function ask<Row>(question: () => Promise<readonly Row[]>): Promise<Asked<Row>> {
  try {
    return { records: await question(), fault: undefined };
  } catch (error) {
    return { records: [], fault: error instanceof Error ? error : new Error(String(error)) };
  }
}

function troubleOf(faults: readonly Error[], refused: readonly string[]): Error {
  if (refused.length > 0) {
    return new Error(`DNS names ${refused[0]}, where no carrier can be: not believed`);
  }
  const cause = faults.find((fault) => !isNo(fault));
  if (cause !== undefined) return new Error(FAULTS[codeOf(cause)] ?? cause.message, { cause });
  const absent = faults.length > 0 && faults.every((fault) => codeOf(fault) === NOTFOUND);
  return new Error(
    absent
      ? 'there is no such name (NXDOMAIN)'
      : 'the name exists but has no address (no SRV, A or AAAA record)',
  );
}

/** Reports whether DNS answered, and the answer was no. */
function isNo(fault: Error): boolean {
  const code = codeOf(fault);
  return code === NODATA || code === NOTFOUND;
}

function codeOf(fault: Error): string {
  return 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
}

const SERVICES = ['_sip._udp', '_sip._tcp', '_sips._tcp'];

/** This network (RFC 1122), multicast, reserved, broadcast: sinkholes and slips answer so. */
const ABSURD = prefixTable(
  ['0.0.0.0/8', '224.0.0.0/3', '::', 'ff00::/8'].map((network) => [network, true] as const),
);

const FAULTS: Readonly<Record<string, string>> = {
  [TIMEOUT]: 'the DNS server did not answer in time',
  ESERVFAIL: 'the DNS server failed (SERVFAIL)',
  EREFUSED: 'the DNS server refused the question (REFUSED)',
  ECONNREFUSED: 'no DNS server is reachable',
};
const MOST_TARGETS = 33;
const MOST_ADDRESSES = 256;
