import { parseArgs } from 'node:util';

export interface Options {
  readonly sites: number;
  readonly seconds: number;
  /** New bans a second. */
  readonly rate: number;
  readonly leaves: number;
  /** For how long nothing is told, to see what a quiet fleet costs. */
  readonly idleSeconds: number;
  readonly faults: readonly Fault[];
}

export type Fault = 'kill' | 'stop' | 'cut';

export const HELP = `A thousand sites against a real nats-server on this machine

  node dist/bench/fleet/fleet.js [--sites 1000] [--seconds 30] [--rate 100]
                                 [--leaves N] [--idle SECONDS] [--fault kill,stop,cut]

  --sites     how many, in two processes, each with a connection of its own
  --seconds   how long bans are told
  --rate      new bans a second, each by another site
  --leaves    this many leaf servers without JetStream between the sites and a hub
  --idle      first be quiet for so long, and tell what that costs
  --fault     kill: the server is killed and started again, 200 bans meanwhile
              stop: half of the sites stand still, and read nothing, for 20 s
                    while bans are told
              cut: the first leaf is cut off from the hub for 20 s while bans
                    are told (with --leaves)
`;

/** Undefined when help was asked for. Throws TypeError for what is no option. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sites: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '30' },
      rate: { type: 'string', default: '100' },
      leaves: { type: 'string', default: '0' },
      idle: { type: 'string', default: '0' },
      fault: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const faults = values.fault.split(',').filter((fault) => fault !== '');
  return {
    sites: whole('sites', values.sites),
    seconds: whole('seconds', values.seconds),
    rate: whole('rate', values.rate),
    leaves: whole('leaves', values.leaves),
    idleSeconds: whole('idle', values.idle),
    faults: faults.map((fault) => {
      if (fault === 'kill' || fault === 'stop' || fault === 'cut') return fault;
      throw new TypeError(`--fault ${fault}: it is kill, stop or cut`);
    }),
  };
}

function whole(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new TypeError(`--${name} ${text}: a whole number is wanted`);
}
