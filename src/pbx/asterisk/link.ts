import type { AsteriskPbx } from '../../policy/policy-pbx.ts';
import { given } from '../given.ts';
import { keepUp, newCounters, type RetryMs } from '../keep-up.ts';
import type { Pbx, PbxListener } from '../pbx.ts';
import type { RegistrationMemory } from '../registration-watch.ts';
import { connect, type Connection } from './connection.ts';
import { AmiError } from './errors.ts';
import { gateMemory } from './gate-memory.ts';
import { hangUp } from './hangup.ts';
import { letPass } from './let-pass.ts';

export interface LinkOptions {
  /** Q.850 number that rejected calls are hung up with. */
  readonly hangupCause: number;
  /** Reports whether the dialplan has a gate whose lists we keep. */
  readonly gated: boolean;
  readonly listener: PbxListener;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly retryMs?: RetryMs;
  /** Time between two looks at who is registered. Default 30,000. */
  readonly refreshMs?: number;
}

/** A link to one Asterisk that keeps itself up until it is closed. */
export function asteriskLink(policy: AsteriskPbx, options: LinkOptions): Pbx {
  const { name, asterisk } = policy;
  const { listener, now, hangupCause, gated, refreshMs, retryMs } = options;
  const counters = newCounters();
  const memory: RegistrationMemory = { live: new Map() };
  const common = { pbx: name, policy: asterisk, listener, counters, memory, now };
  const kept = keepUp({
    name,
    kind: 'asterisk',
    listener,
    now,
    counters,
    retryMs,
    attach: (signal) => connect({ ...common, signal, ...given({ refreshMs }) }),
    isFault: (error) => error instanceof AmiError,
    saidNo: ({ kind }) => SAID_NO.has(kind),
  });
  const lists = () => {
    const session = kept.life?.lists;
    if (session === undefined) throw new AmiError('closed', `${name} is not connected`);
    return session;
  };
  return {
    name,
    start: () => kept.start(),
    status: () => kept.status(),
    reject: ({ channel }) => hangUp(kept.life?.verdicts, channel, hangupCause, counters),
    pass: ({ channel }) => letPass(kept.life?.verdicts, channel),
    gate: gated ? gateMemory({ session: lists, hangupCause }) : undefined,
    reloadAcl: () => reloadAcl(name, kept.life),
    close: () => kept.close(),
  };
}

/** A large ACL takes Asterisk twenty seconds to read. */
const RELOAD_MS = 60_000;

async function reloadAcl(name: string, connection: Connection | undefined): Promise<void> {
  if (connection === undefined) throw new AmiError('closed', `${name} is not connected`);
  const action = { Action: 'Reload', Module: 'acl' };
  const answer = await connection.upkeep.run((session) => session.request(action, RELOAD_MS));
  if (answer.name === 'Success') return;
  throw new AmiError('refused', `${name} would not reload its ACLs`, {
    hint: 'The AMI user needs `write = system` in manager.conf.',
    answer: answer.fields.get('Message') ?? '',
  });
}

const SAID_NO: ReadonlySet<AmiError['kind']> = new Set([
  'wrong-secret',
  'missing-rights',
  'refused',
  'filter-refused',
]);
