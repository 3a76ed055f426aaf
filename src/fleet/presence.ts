import { seal } from './envelope.ts';
import type { Link } from './link.ts';
import type { SigningKey } from './nkey.ts';
import { put } from './stream.ts';
import { stateSubject } from './words.ts';

export interface PresenceParts {
  readonly site: string;
  readonly key: SigningKey;
  readonly link: () => Pick<Link, 'ask' | 'state'> | undefined;
  readonly state: () => Readonly<Record<string, unknown>>;
  /** JetStream answers again: what came meanwhile has to be read, and what waits told. */
  readonly back: () => void;
}

/**
 * Says how this site is, and knows by the answer that JetStream is there. A connection alone does
 * not tell: it may go to a leaf whose hub is away, and what is told elsewhere meanwhile never
 * comes, with nothing to show for it but the silence.
 */
export function createPresence({ site, key, link, state, back }: PresenceParts) {
  let problem: string | undefined;
  let saying: Promise<void> | undefined;
  let isStale = false;

  const say = async (): Promise<void> => {
    const to = link();
    if (to === undefined || to.state().state !== 'up') return;
    try {
      await put(to, stateSubject(site), seal('state', JSON.stringify(state()), key));
      const wasAway = problem !== undefined;
      problem = undefined;
      if (wasAway) back();
    } catch (error) {
      // A lost connection is told by the link itself, and read after as any is.
      if (to.state().state === 'up') problem = error instanceof Error ? error.message : 'no answer';
    }
  };

  const tell = (): void => {
    if (saying !== undefined) {
      isStale = true;
      return;
    }
    isStale = false;
    saying = say().finally(() => {
      saying = undefined;
      // What it said was true when it began to.
      if (isStale) tell();
    });
  };
  const again = setInterval(() => {
    if (problem !== undefined) tell();
  }, AGAIN_MS);

  return {
    tell,
    /** Something else had no answer. */
    lost(why: string): void {
      if (link()?.state().state === 'up') problem ??= why;
    },
    /** A new connection: nothing is known of it. */
    fresh(): void {
      problem = undefined;
    },
    /** Why nothing of the fleet works though NATS is reached. */
    get problem() {
      return problem;
    },
    close: () => clearInterval(again),
  };
}

/** While JetStream is away. */
const AGAIN_MS = 5000;
