import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ghostCall } from './good.ts';
import { netnsOf, PBX, scanner, type Net } from './net.ts';
import { run } from './process.ts';
import { sip } from './sip.ts';
import type { Variant } from './variant.ts';

/** An attack that nobody looked at while the rules were tuned, and the addresses it comes from. */
export interface HeldOut {
  readonly class: string;
  readonly from: readonly string[];
  run(net: Net, variant: Variant, folder: string): Promise<unknown>;
}

/**
 * Real tools in ways the rules were not tuned on: other options, other lists, other paces. They are
 * written down before they are judged, and stay in whatever comes of it.
 */
export const HELD_OUT: readonly HeldOut[] = [
  {
    class: 'svwar-default-accounts',
    from: [scanner(1)],
    run: (net, variant) => svwar(net, variant, scanner(1), ['--enabledefaults', '-m', 'REGISTER']),
  },
  {
    class: 'svwar-padded-invites',
    from: [scanner(2)],
    run: (net, variant) =>
      svwar(net, variant, scanner(2), ['-e', '1-60', '-z', '4', '-m', 'INVITE']),
  },
  {
    class: 'svwar-dictionary',
    from: [scanner(3)],
    async run(net, variant, folder) {
      const file = join(folder, 'accounts.txt');
      writeFileSync(
        file,
        'reception\nsales\njohn.doe\nfax\nconf-1\ndoor\nalarm\ntest\nvoip\nadmin\n',
      );
      await svwar(net, variant, scanner(3), ['-d', file, '-m', 'REGISTER']);
    },
  },
  {
    class: 'svcrack-dictionary-paced',
    from: [scanner(4)],
    async run(net, { port }, folder) {
      const file = join(folder, 'passwords.txt');
      writeFileSync(file, `${Array.from({ length: 25 }, (_, at) => `Welkom${at}!`).join('\n')}\n`);
      const args = ['-u', '6007', '-d', file, '-t', '0.4', '-p', String(port), PBX];
      await tool(net, scanner(4), 'svcrack', args);
    },
  },
  {
    class: 'svmap-with-a-name',
    from: [scanner(5)],
    run: (net, { port }) =>
      tool(net, scanner(5), 'svmap', [
        '-m',
        'INVITE',
        '--fromname',
        'Reception',
        '-p',
        String(port),
        PBX,
      ]),
  },
  {
    class: 'sipp-changing-callers',
    from: [scanner(101)],
    async run(net, variant) {
      for (let at = 0; at < 12; at++) {
        const caller = `3162${1_000_000 + at * 7919}`;
        await sippCall(net, variant, scanner(101), caller, `60${10 + at}`, 'Asterisk PBX 18.9.0');
      }
    },
  },
  {
    class: 'sipp-premium-one-call-each',
    from: [102, 103, 104, 105].map(scanner),
    async run(net, variant) {
      for (const at of [0, 1, 2, 3]) {
        const called = ['882346000001', '88160000001', '37190011223', '23277112233'][at] ?? '';
        await sippCall(
          net,
          variant,
          scanner(102 + at),
          `49309018${at}1`,
          `00${called}`,
          'Cisco-SIPGateway',
        );
      }
    },
  },
  {
    class: 'likely-names-over-tcp',
    from: [scanner(106)],
    async run(net, variant) {
      for (const user of ['101', '201', '1001', 'alice', 'reception', '2000', '301', '600']) {
        await register(net, variant, scanner(106), user, 'Linphone/3.6.1', 'tcp');
      }
    },
  },
  {
    class: 'one-password-three-accounts',
    from: [scanner(107)],
    async run(net, variant) {
      for (const user of ['6001', '6002', '6003']) {
        await register(net, variant, scanner(107), user, 'Grandstream GXP2170', 'udp');
      }
    },
  },
];

function svwar(net: Net, { port }: Variant, from: string, args: readonly string[]) {
  return tool(net, from, 'svwar', ['--force', '--maximumtime=3', '-p', String(port), ...args, PBX]);
}

function tool(net: Net, from: string, name: string, args: readonly string[]) {
  return run(name, args, { netns: netnsOf(net, from), timeoutMs: 15_000 });
}

function sippCall(
  net: Net,
  variant: Variant,
  from: string,
  caller: string,
  called: string,
  userAgent: string,
) {
  return ghostCall(net, variant, { from, caller, called, userAgent });
}

function register(
  net: Net,
  { port }: Variant,
  from: string,
  user: string,
  userAgent: string,
  transport: 'udp' | 'tcp',
) {
  const task = { host: PBX, port, from, user, userAgent, transport };
  return sip(net.scanners, { method: 'REGISTER', ...task, passwords: ['Summer2026'], waitMs: 400 });
}
