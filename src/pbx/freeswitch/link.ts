import { cleanText } from '../../event/text.ts';
import type { FreeswitchPbx } from '../../policy/policy-pbx.ts';
import { given } from '../given.ts';
import { keepUp, newCounters, type RetryMs } from '../keep-up.ts';
import type { Pbx, PbxListener } from '../pbx.ts';
import type { RegistrationMemory } from '../registration-watch.ts';
import { trackCalls } from './calls.ts';
import { askConfiguration, deniedBy, type Profile, profilesOf } from './configuration.ts';
import { connect } from './connection.ts';
import { EslError } from './esl-error.ts';
import { gateMemory } from './gate-memory.ts';
import { kill } from './kill.ts';
import { letPass } from './let-pass.ts';
import type { ServerMemory } from './server.ts';
import type { EslSession } from './session.ts';

export interface FreeswitchLinkOptions {
  /** Hang-up cause of rejected calls by name, like CALL_REJECTED. */
  readonly killCause: string;
  /** Reports whether the dialplan has a gate whose lists we keep. */
  readonly gated: boolean;
  readonly listener: PbxListener;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly retryMs?: RetryMs;
  /** Time between two looks at who is registered. Default 30,000. */
  readonly refreshMs?: number;
  /** Shortest time between two looks. Default 1,000. */
  readonly pauseMs?: number;
}

/** One FreeSWITCH with everything we may ask of it. All but `heldAcl` and `profiles` as any PBX. */
export interface FreeswitchPbxLink extends Pbx {
  /**
   * The networks this list of acl.conf denies, canonical, as the server holds them; undefined when
   * it holds no such list. Rejects with EslError when it is away or answers what cannot be read.
   */
  heldAcl(list: string): Promise<ReadonlySet<string> | undefined>;
  /** Its SIP profiles and whom they let in. Rejects with EslError, as `heldAcl`. */
  profiles(): Promise<Profile[]>;
}

/** A link to one FreeSWITCH that keeps itself up until it is closed. */
export function freeswitchLink(
  policy: FreeswitchPbx,
  options: FreeswitchLinkOptions,
): FreeswitchPbxLink {
  const { name, freeswitch } = policy;
  const { listener, now, killCause, gated, refreshMs, pauseMs, retryMs } = options;
  const counters = newCounters();
  const memory: RegistrationMemory = { live: new Map() };
  const server: ServerMemory = {};
  const calls = trackCalls(listener, now);
  const common = {
    pbx: name,
    policy: freeswitch,
    listener,
    counters,
    memory,
    server,
    calls,
    gated,
    now,
  };
  const kept = keepUp({
    name,
    kind: 'freeswitch',
    listener,
    now,
    counters,
    retryMs,
    attach: (signal, look) =>
      connect({ ...common, signal, look, ...given({ refreshMs, pauseMs }) }),
    isFault: (error) => error instanceof EslError,
    saidNo: ({ kind }) => SAID_NO.has(kind),
  });

  function questions(): EslSession {
    if (kept.life !== undefined) return kept.life.questions;
    throw new EslError('closed', `${name} is not connected`);
  }

  function lists(): EslSession {
    const session = kept.life?.lists;
    if (session !== undefined) return session;
    throw new EslError('closed', `${name} is not connected`);
  }

  return {
    name,
    start: () => kept.start(),
    status: () => kept.status(),
    reject: ({ channel }) => kill(kept.life?.kills, channel, killCause, counters),
    pass: ({ channel }) => letPass(kept.life?.kills, channel),
    gate: gated ? gateMemory({ session: lists, killCause }) : undefined,
    async reloadAcl() {
      await reloadAcl(name, questions());
      // What was reloaded may have opened or closed a door; that it cannot be seen is no failure.
      await kept.life?.checkDoors().catch(() => undefined);
    },
    close: () => kept.close(),
    async heldAcl(list) {
      const aclConf = await askConfiguration(questions(), 'acl.conf');
      return aclConf === undefined ? undefined : deniedBy(aclConf, list);
    },
    async profiles() {
      const sofiaConf = await askConfiguration(questions(), 'sofia.conf');
      if (sofiaConf !== undefined) return profilesOf(sofiaConf);
      // Not none, but unknown: whoever asks wants to know that nothing dangerous is among them.
      throw new EslError('refused', `${name} does not tell its SIP profiles`);
    },
  };
}

/** One CIDR a node makes 50,000 take 38 seconds (facts/freeswitch.md §4), and others may write so. */
const RELOAD_MS = 60_000;

async function reloadAcl(name: string, session: EslSession): Promise<void> {
  const answer = await session.api('reloadacl', RELOAD_MS);
  if (answer.startsWith('+OK')) return;
  const words = cleanText(answer.trim()) ?? 'no answer';
  throw new EslError('refused', `${name} would not reload its ACLs: ${words}`, {
    hint: 'The XML of its configuration is broken; the lists it had stay in force.',
    answer: words,
  });
}

const SAID_NO: ReadonlySet<EslError['kind']> = new Set(['wrong-password', 'rejected', 'refused']);
