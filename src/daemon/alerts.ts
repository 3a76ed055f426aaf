import type { NotifyKind } from '../policy/policy-notify.ts';
import type { StatusReport } from '../web/status-report.ts';

/** One thing that is wrong: told when it lasts, and when it is over. */
interface Trouble {
  readonly kind: NotifyKind;
  readonly what: string;
  readonly why: string | undefined;
}

const LOOK_MS = 5000;
/** Looks in a row before a trouble is told: a PBX that reloads is no news. */
const LOOKS = 3;

/** Tells what the status says is wrong, once it lasts, and that it is well again. */
export function startAlerts(parts: {
  readonly status: () => StatusReport;
  readonly tell: (kind: NotifyKind, text: string) => void;
}): () => void {
  const look = createLook(parts.tell);
  const timer = setInterval(() => look(parts.status()), LOOK_MS).unref();
  return () => clearInterval(timer);
}

/** The same without a clock. */
export function createLook(
  tell: (kind: NotifyKind, text: string) => void,
): (report: StatusReport) => void {
  let standing = new Map<string, { looks: number; trouble: Trouble }>();
  return (report) => {
    const next: typeof standing = new Map();
    for (const trouble of troublesOf(report)) {
      const { what, kind, why } = trouble;
      const looks = (standing.get(what)?.looks ?? 0) + 1;
      next.set(what, { looks, trouble });
      if (looks === LOOKS) tell(kind, why === undefined ? what : `${what}: ${why}`);
    }
    for (const [what, { looks, trouble }] of standing) {
      if (looks >= LOOKS && !next.has(what)) tell(trouble.kind, `over: ${what}`);
    }
    standing = next;
  };
}

function troublesOf(report: StatusReport): Trouble[] {
  const { pbxs, enforcers, policy, gates, trunks, lockdown } = report;
  return [
    ...pbxs
      .filter(({ state }) => state !== 'up')
      .map(({ name, state, problem, lastLoss }): Trouble => {
        const what =
          state === 'degraded' ? `PBX ${name} works in part` : `the link to PBX ${name} is lost`;
        return { kind: 'link', what, why: problem ?? lastLoss?.why };
      }),
    ...enforcers
      .filter(({ state }) => state === 'failing')
      .map(({ name, problem }): Trouble => {
        return { kind: 'enforcer', what: `enforcer ${name} is failing`, why: problem };
      }),
    ...(policy.error === undefined ? [] : [stale(policy.error)]),
    ...gates
      .filter(({ problem }) => problem !== undefined)
      .map(({ pbx, problem }): Trouble => {
        return { kind: 'problem', what: `the gate of ${pbx} is not kept`, why: problem };
      }),
    ...trunks
      .filter(({ problem }) => problem !== undefined)
      .map(({ name, problem }): Trouble => {
        return { kind: 'problem', what: `trunk ${name} is not found`, why: problem };
      }),
    ...(lockdown.problem === undefined
      ? []
      : [{ kind: 'problem', what: 'lockdown is not in force', why: lockdown.problem } as const]),
  ];
}

function stale(error: string): Trouble {
  const what = 'the policy file could not be loaded, the one before stays';
  return { kind: 'policy', what, why: error.split('\n', 1)[0] };
}
