import { readFileSync } from 'node:fs';
import type { CallEvent, Injection, Registration, SipEvent } from '../../../src/event/sip-event.ts';
import {
  freeswitchLink,
  type FreeswitchLinkOptions,
  type FreeswitchPbxLink,
} from '../../../src/pbx/freeswitch/link.ts';
import type { PbxStatus } from '../../../src/pbx/pbx.ts';
import type { FreeswitchPolicy } from '../../../src/policy/policy-pbx.ts';
import { eventsOf, type FakeEvent } from '../../fake/esl-message.ts';
import { type FakeEsl, type FakeEslOptions, startEslServer } from '../../fake/esl-server.ts';
import { fromRoot } from '../../root.ts';

/** A link to a fake PBX, with all that it has told. */
export interface Lab {
  readonly esl: FakeEsl;
  readonly pbx: FreeswitchPbxLink;
  readonly events: SipEvent[];
  readonly registrations: (readonly Registration[])[];
  readonly injections: Injection[];
  readonly states: PbxStatus[];
  /** Resolves when the condition holds; looked at whenever the link tells something. */
  until(holds: () => boolean): Promise<void>;
  calls(): CallEvent[];
}

export interface LabOptions {
  readonly fake?: FakeEslOptions;
  readonly policy?: Partial<FreeswitchPolicy>;
  readonly link?: Partial<Omit<FreeswitchLinkOptions, 'listener'>>;
  /** Called before the link starts. */
  readonly prepare?: (esl: FakeEsl) => void;
}

/** Starts a fake PBX and a link to it, runs the test, closes both. */
export async function withLab(options: LabOptions, test: (lab: Lab) => Promise<void>) {
  const esl = await startEslServer(options.fake);
  options.prepare?.(esl);
  const lab = attach(esl, options);
  lab.pbx.start();
  try {
    await test(lab);
  } finally {
    await lab.pbx.close();
    await esl.stop();
  }
}

export const up = (lab: Lab) => lab.until(() => lab.pbx.status().state === 'up');

function attach(esl: FakeEsl, options: LabOptions): Lab {
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
  const freeswitch = {
    host: '127.0.0.1',
    port: esl.port,
    password: 'secret',
    allowClearTextOverNetwork: false,
    ...options.policy,
  };
  const pbx = freeswitchLink(
    { name: 'lab', freeswitch },
    {
      killCause: 'CALL_REJECTED',
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
  return { esl, pbx, events, registrations, injections, states, until, calls };
}

/** So that a broken test ends; no test waits for it. */
const GUARD_MS = 5000;

/** Transcripts in pieces, for tests that ask for the same one again and again. */
const cut = new Map<string, FakeEvent[]>();

type Headers = Readonly<Record<string, string>>;

/** One recorded transcript, as the fake PBX plays it. */
export function capture(name: string): Buffer {
  return readFileSync(fromRoot('test', 'captures', 'freeswitch', `${name}.json.txt`));
}

/** A recorded event, changed: a header that is undefined is left out. */
export function recorded(
  name: string,
  event: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Headers {
  const events = cut.get(name) ?? eventsOf(capture(name));
  cut.set(name, events);
  const found = events.find(
    ({ headers }) => headers['Event-Name'] === event || headers['Event-Subclass'] === event,
  );
  if (found === undefined) throw new Error(`${name} holds no ${event}`);
  const kept = Object.entries({ ...found.headers, ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(kept) as Headers;
}
