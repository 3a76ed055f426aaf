import { ghostCall } from './good.ts';
import { kernelHolds } from './kernel.ts';
import { netnsOf, PBX, PBX6, SCANNER_PREFIX, scanner, scanner6, type Net } from './net.ts';
import { run } from './process.ts';
import type { Task } from './sip-client.ts';
import { sip } from './sip.ts';
import type { Variant } from './variant.ts';

const UNKNOWN = ['unknown-account', 'account-sweep', 'scanner-shape'];
const AGENT = ['scanner-user-agent'];

/** One attacker with an address of its own. */
export interface Attack {
  readonly name: string;
  readonly from: string;
  /** What a ban of it covers; the address, unless it has a whole prefix. */
  readonly target?: string;
  run(net: Net, variant: Variant): Promise<unknown>;
  /** Rules that may ban it on this PBX, or undefined when the PBX gives no event at all. */
  rules(variant: Variant): readonly string[] | undefined;
  /** True when the evidence is proven and has to earn jail, not quarantine. */
  readonly proven?: true;
}

/**
 * Real tools where there is one. sipvicious stops by itself after two probes that are answered
 * alike, so it is run again, as those who scan in earnest do.
 */
export const ATTACKS: readonly Attack[] = [
  {
    name: 'svmap OPTIONS',
    from: scanner(1),
    run: (net, variant) => svmap(net, variant, scanner(1), 'OPTIONS'),
    rules: ({ driver, guests }) => (driver === 'pjsip' && !guests ? UNKNOWN : undefined),
  },
  {
    name: 'svmap INVITE',
    from: scanner(2),
    run: (net, variant) => svmap(net, variant, scanner(2), 'INVITE'),
    rules: onInvite([...AGENT, 'junk-caller-id']),
  },
  {
    name: 'svwar REGISTER',
    from: scanner(3),
    run: (net, variant) => svwar(net, variant, scanner(3), 'REGISTER'),
    rules: onRegister,
  },
  {
    name: 'svwar INVITE',
    from: scanner(4),
    run: (net, variant) => svwar(net, variant, scanner(4), 'INVITE'),
    rules: onInvite(AGENT),
  },
  {
    name: 'svwar OPTIONS',
    from: scanner(5),
    run: (net, variant) => svwar(net, variant, scanner(5), 'OPTIONS'),
    rules: ({ driver, guests }) => (driver === 'pjsip' && !guests ? UNKNOWN : undefined),
  },
  {
    name: 'svcrack of an account that exists',
    from: scanner(6),
    run: (net, variant) => svcrack(net, variant, scanner(6), '6005'),
    rules: () => ['auth-failure'],
  },
  {
    name: 'svcrack of an account that does not exist',
    from: scanner(7),
    run: (net, variant) => svcrack(net, variant, scanner(7), '4444'),
    rules: ({ driver, guests }) => {
      if (driver === 'chansip') return ['auth-failure'];
      return guests ? UNKNOWN : [...UNKNOWN, 'auth-failure'];
    },
  },
  {
    name: 'ghost call from 100, friendly-scanner',
    from: scanner(8),
    run: (net, variant) => ghost(net, variant, scanner(8), '100', '6001', 'friendly-scanner'),
    rules: onInvite([...AGENT, 'junk-caller-id']),
  },
  {
    name: 'ghost calls from a plain number, plain user agent',
    from: scanner(9),
    run: (net, variant) => ghost(net, variant, scanner(9), '4930901820', '6001', 'Z 5.4.12', 4),
    rules: onInvite(['stranger-call']),
  },
  {
    name: 'toll fraud: 00972595301234',
    from: scanner(10),
    run: (net, variant) =>
      ghost(net, variant, scanner(10), '4930901821', '00972595301234', 'sipcli/v1.8', 2),
    rules: onInvite(AGENT),
  },
  {
    name: 'ghost calls from 1000, plain user agent',
    from: scanner(11),
    run: (net, variant) => ghost(net, variant, scanner(11), '1000', '6001', 'Z 5.4.12', 3),
    rules: onInvite(['junk-caller-id', 'stranger-call']),
  },
  {
    name: 'ghost call with the From of SIPVicious, plain number, plain user agent',
    from: scanner(15),
    run: (net, variant) => {
      const { port, guests } = variant;
      const call = { called: '6001', user: '4930901822', userAgent: 'Z 5.4.12', waitMs: 300 };
      const from = { from: scanner(15), fromHost: '1.1.1.1' };
      const count = guests ? 1 : 6;
      return sip(net.scanners, { method: 'INVITE', host: PBX, port, ...call, ...from, count });
    },
    rules: onInvite(['scanner-shape']),
  },
  {
    name: 'toll fraud: 000 before the number, plain number, plain user agent',
    from: scanner(16),
    run: (net, variant) =>
      ghost(net, variant, scanner(16), '4930901823', '00046701234567', 'Z 5.4.12', 2),
    rules: onInvite(['dialled-junk']),
  },
  {
    name: 'one number behind three prefixes, one call each from three addresses',
    from: scanner(19),
    run: async (net, variant) => {
      for (const [at, prefix] of ['900', '81', '5'].entries()) {
        const called = `${prefix}46709876543`;
        await ghost(net, variant, scanner(17 + at), `493090182${4 + at}`, called, 'Z 5.4.12');
      }
    },
    rules: onInvite(['number-sweep']),
  },
  {
    name: 'wrong passwords over UDP',
    from: scanner(12),
    run: (net, variant) => wrongPasswords(net, variant, scanner(12), 'udp'),
    rules: () => ['auth-failure'],
  },
  {
    name: 'wrong passwords over TCP',
    from: scanner(13),
    run: (net, variant) => wrongPasswords(net, variant, scanner(13), 'tcp'),
    rules: () => ['auth-failure'],
    proven: true,
  },
  {
    name: 'one password for many accounts',
    from: scanner(14),
    run: async (net, variant) => {
      for (let account = 6001; account <= 6010; account++) {
        const task = { from: scanner(14), user: String(account), passwords: ['1234'] };
        await register(net, variant, PBX, task);
      }
    },
    rules: () => ['account-sweep', 'auth-failure'],
  },
  {
    name: 'register scan over IPv6, every request from another address of one /64',
    from: scanner6(1),
    target: SCANNER_PREFIX,
    run: async (net, variant) => {
      for (let host = 1; host <= 6; host++) {
        await register(net, variant, PBX6, { from: scanner6(host), user: String(9000 + host) });
      }
    },
    rules: onRegister,
  },
];

/** A call reaches the dialplan only where guests are let in; else pjsip tells of the account. */
function onInvite(calls: readonly string[]): Attack['rules'] {
  return ({ driver, guests }) => {
    if (guests) return calls;
    return driver === 'pjsip' ? UNKNOWN : undefined;
  };
}

/** chan_sip only challenges, as it does every phone. */
function onRegister({ driver }: Variant): readonly string[] | undefined {
  return driver === 'pjsip' ? UNKNOWN : undefined;
}

function svmap(net: Net, { port }: Variant, from: string, method: string) {
  const targets = Array.from({ length: 6 }, () => PBX);
  return tool(net, from, 'svmap', ['-m', method, '-p', String(port), ...targets]);
}

/** Four times, unless nothing is answered any more. */
async function svwar(net: Net, { port }: Variant, from: string, method: string): Promise<void> {
  const accounts = ['-e', '200-210,6001'];
  const args = ['--force', '--maximumtime=2', '-m', method, '-p', String(port)];
  for (let at = 0; at < 4 && !(await kernelHolds(net.pbx, from)); at++) {
    await tool(net, from, 'svwar', [...args, ...accounts, PBX]);
  }
}

function svcrack(net: Net, { port }: Variant, from: string, account: string) {
  const args = ['--maximumtime=2', '-u', account, '-r', '100-140', '-p', String(port)];
  return tool(net, from, 'svcrack', [...args, PBX]);
}

/** A tool whose target went silent waits for long: it is ended then. */
function tool(net: Net, from: string, name: string, args: readonly string[]) {
  return run(name, args, { netns: netnsOf(net, from), timeoutMs: 4000 });
}

function ghost(
  net: Net,
  variant: Variant,
  from: string,
  caller: string,
  called: string,
  userAgent: string,
  calls = 1,
) {
  // Without a door for guests a call is only a request of an unknown account: it takes five.
  const count = variant.guests ? calls : Math.max(calls, 6);
  return ghostCall(net, variant, { from, caller, called, userAgent, calls: count });
}

function wrongPasswords(net: Net, variant: Variant, from: string, transport: 'udp' | 'tcp') {
  const task = { from, transport, user: '6005', passwords: ['1234'], count: 12 };
  return register(net, variant, PBX, task);
}

function register(
  net: Net,
  { port }: Variant,
  host: string,
  task: Pick<Task, 'from' | 'user'> & Partial<Task>,
) {
  return sip(net.scanners, { method: 'REGISTER', host, port, waitMs: 300, ...task });
}
