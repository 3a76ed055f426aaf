import { EslError } from './esl-error.ts';

/** What the PBX said to one command. */
export interface EslAnswer {
  /** `api`: what an API command printed. `reply`: the event socket's own words, like `+OK accepted`. */
  readonly kind: 'api' | 'reply';
  readonly text: string;
}

/** What waits for an answer on one connection. */
export interface EslCommands {
  /** Sends one line. Rejects with EslError (protocol, timeout, closed, busy). */
  ask(line: string, timeoutMs: number): Promise<EslAnswer>;
  /** Gives the answer to whoever asked first; false when nobody asked. */
  take(answer: EslAnswer): boolean;
  /** Reports whether the first command without an answer may still be waited for. */
  waits(): boolean;
  /** Rejects everything that waits, and everything asked from now on. */
  fail(error: EslError): void;
}

/**
 * Answers carry no mark of their command: mod_event_socket reads a command, runs it and answers
 * before it reads the next, so they are told apart by order alone. A command given up therefore
 * keeps its place until its answer has come.
 * @param send takes the bytes of one command; throws EslError when it cannot
 */
export function commandQueue(send: (text: string) => void): EslCommands {
  let queue: Asker[] = [];
  /** How many at the front of the queue are answered and not cut off yet. */
  let answered = 0;
  let failed: EslError | undefined;

  function ask(line: string, timeoutMs: number): Promise<EslAnswer> {
    return new Promise((resolve, reject) => {
      if (failed !== undefined) return reject(failed);
      if (!LINE.test(line)) return reject(unsendable(line));
      if (queue.length - answered >= MAX_WAITING) {
        return reject(new EslError('busy', `${MAX_WAITING} commands are unanswered already`));
      }
      try {
        send(`${line}\n\n`);
      } catch (error) {
        return reject(error);
      }
      const timer = setTimeout(() => {
        asker.waits = false;
        reject(new EslError('timeout', `no answer to ${nameOf(line)} within ${timeoutMs} ms`));
      }, timeoutMs);
      const asker: Asker = { waits: true, timer, resolve, reject };
      queue.push(asker);
    });
  }

  function take(answer: EslAnswer): boolean {
    const asker = queue[answered];
    if (asker === undefined) return false;
    answered++;
    if (answered === queue.length || answered === MAX_WAITING) {
      queue = queue.slice(answered);
      answered = 0;
    }
    asker.waits = false;
    clearTimeout(asker.timer);
    asker.resolve(answer);
    return true;
  }

  return {
    ask,
    take,
    waits: () => queue[answered]?.waits === true,
    fail(error) {
      failed ??= error;
      const left = queue.slice(answered);
      queue = [];
      answered = 0;
      for (const asker of left) {
        clearTimeout(asker.timer);
        asker.reject(error);
      }
    },
  };
}

/** Somebody who waits for an answer, or did: a promise that was rejected takes no late one. */
interface Asker {
  waits: boolean;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: EslAnswer) => void;
  readonly reject: (error: EslError) => void;
}

const MAX_WAITING = 4096;
/** One line: a line break would begin a header, an empty line the next command. */
// oxlint-disable-next-line no-control-regex -- keeping control characters out is its purpose.
const LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]{1,4096}$/;

function unsendable(line: string): EslError {
  return new EslError('protocol', `${nameOf(line)}: not one line of 1 to 4096 characters`);
}

/** The first words, which hold no password: `auth`, `event`, `api uuid_kill`. */
function nameOf(line: string): string {
  return /^(?:api )?\w{0,64}/.exec(line)?.[0] ?? '';
}
