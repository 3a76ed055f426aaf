import type { CallEvent, Injection, Registration, SipEvent } from '../../../src/event/sip-event.ts';
import { asteriskLink, type LinkOptions } from '../../../src/pbx/asterisk/link.ts';
import type { Pbx, PbxStatus } from '../../../src/pbx/pbx.ts';
import type { AsteriskPolicy } from '../../../src/policy/policy-pbx.ts';
import { type FakeAmi, type FakeOptions, startAmiServer } from '../../fake/ami-server.ts';

/** A link to a fake PBX, with all that it has told. */
export interface Lab {
  readonly ami: FakeAmi;
  readonly pbx: Pbx;
  readonly events: SipEvent[];
  readonly registrations: (readonly Registration[])[];
  readonly injections: Injection[];
  readonly states: PbxStatus[];
  /** Resolves when the condition holds; looked at whenever the link tells something. */
  until(holds: () => boolean): Promise<void>;
  calls(): CallEvent[];
}

export interface LabOptions {
  readonly fake?: FakeOptions;
  readonly policy?: Partial<AsteriskPolicy>;
  readonly link?: Partial<Omit<LinkOptions, 'listener'>>;
  /** Called before the link starts. */
  readonly prepare?: (ami: FakeAmi) => void;
}

/** Starts a fake PBX and a link to it, runs the test, closes both. */
export async function withLab(options: LabOptions, test: (lab: Lab) => Promise<void>) {
  const ami = await startAmiServer(options.fake);
  options.prepare?.(ami);
  const lab = attach(ami, options);
  lab.pbx.start();
  try {
    await test(lab);
  } finally {
    await lab.pbx.close();
    await noneLeft(ami);
    await ami.stop();
  }
}

/** A socket that is being shut down cannot be reset (uv_tcp_close_reset), and would be left open. */
async function noneLeft({ sessions }: FakeAmi): Promise<void> {
  for (let turn = 0; sessions.length > 0 && turn < 1000; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function attach(ami: FakeAmi, options: LabOptions): Lab {
  const events: SipEvent[] = [];
  const registrations: (readonly Registration[])[] = [];
  const injections: Injection[] = [];
  const states: PbxStatus[] = [];
  const watchers = new Set<() => void>();
  const into =
    <T>(told: T[]) =>
    (one: T) => {
      told.push(one);
      for (const look of watchers) look();
    };
  const keep = into(registrations);
  const pbx = asteriskLink(
    { name: 'lab', asterisk: { ...policyFor(ami), ...options.policy } },
    {
      hangupCause: 21,
      gated: false,
      now: Date.now,
      retryMs: { away: 10, refused: 10 },
      ...options.link,
      listener: {
        event: into(events),
        registrations: (_, live) => keep(live),
        injection: into(injections),
        changed: into(states),
      },
    },
  );
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        watchers.delete(look);
        reject(new Error(`never came true; status ${JSON.stringify(pbx.status())}`));
      }, GUARD_MS);
      function look(): void {
        if (!holds()) return;
        clearTimeout(late);
        watchers.delete(look);
        resolve();
      }
      watchers.add(look);
      look();
    });
  const calls = () => events.filter((event) => event.kind === 'call');
  return { ami, pbx, events, registrations, injections, states, until, calls };
}

/** So that a broken test ends; no test waits for it. */
const GUARD_MS = 5000;

function policyFor({ port }: FakeAmi): AsteriskPolicy {
  return {
    host: '127.0.0.1',
    port,
    username: 'ghostgate',
    secret: 'secret',
    tls: false,
    allowClearTextOverNetwork: false,
    channelToken: undefined,
  };
}

/** What the PBX knows of a guest's channel. */
export function guest(remote: string, number = '100', exten = '6001'): Map<string, string> {
  return new Map([
    ['CHANNEL(pjsip,remote_addr)', remote],
    ['PJSIP_HEADER(read,User-Agent)', 'friendly-scanner'],
    ['CHANNEL(endpoint)', 'anonymous'],
    ['CHANNEL(pjsip,call-id)', 'bd0bf6d8@198.18.11.20'],
    ['CALLERID(num)', number],
    ['CALLERID(dnid)', exten],
    ['EXTEN', exten],
    ['UNIQUEID', '1795420000.8180'],
    ['CHANNEL(linkedid)', '1795420000.8180'],
  ]);
}
