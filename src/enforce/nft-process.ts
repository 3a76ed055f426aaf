import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { EnforceError } from './enforcer.ts';

/** What nft said to one command: `error` is its text, undefined when it did as asked. */
export interface NftAnswer {
  readonly error: string | undefined;
}

export interface NftProcess {
  /**
   * Runs one line of nft commands (one transaction, parts separated by `;`). Rejects with
   * EnforceError when nft cannot be run or does not answer.
   */
  ask(line: string): Promise<NftAnswer>;
  /** Ends nft when it has answered; another question starts it again. */
  close(): void;
}

/** No history file, no locale, no terminal: HOME must not be a folder, or nft writes into it. */
export const NFT_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/dev/null' };

/**
 * One long-lived `nft -i` on a pipe: 0.3 ms a command, where starting nft costs 5 ms. It tells
 * the end of a command only by an error, so each is followed by a word that no grammar knows.
 * When the process dies, what it had not answered is asked once more of a new one.
 */
export function nftProcess(command: readonly string[]): NftProcess {
  let running: Running | undefined;
  let closed = false;

  function start(): Running {
    const [program = 'nft', ...words] = command;
    const child = spawn(program, [...words, '-i'], { env: NFT_ENVIRONMENT });
    const mine: Running = { child, said: '', questions: [] };
    // The last words of a dying process arrive before `close`; `error` comes alone when it never started.
    child.on('error', (error) => ended(mine, error));
    child.on('close', () => ended(mine));
    child.stdin.on('error', () => child.kill('SIGKILL'));
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => heard(mine, text));
    return mine;
  }

  function heard(from: Running, text: string): void {
    from.said += text;
    for (;;) {
      const question = from.questions[0];
      const answer = question && answerIn(from.said, question.marker);
      if (!question || !answer) break;
      from.said = from.said.slice(answer.end);
      from.questions.shift();
      clearTimeout(question.timer);
      question.resolve({ error: answer.error });
    }
    if (from.said.length > MOST_CHARS) from.child.kill('SIGKILL');
  }

  function ended(from: Running, cause?: Error): void {
    if (running === from) running = undefined;
    for (const question of from.questions.splice(0)) {
      clearTimeout(question.timer);
      if (question.retried || closed || cause) question.reject(gone(command, cause));
      else put({ ...question, retried: true });
    }
  }

  function put(question: Question): void {
    running ??= start();
    const { child, questions } = running;
    question.timer = setTimeout(() => child.kill('SIGKILL'), ANSWER_MS);
    questions.push(question);
    child.stdin.write(`${question.line}\n${question.marker}\n`);
  }

  return {
    ask(line) {
      closed = false;
      if ((running?.questions.length ?? 0) >= MOST_WAITING) {
        return Promise.reject(
          new EnforceError('nftables: too many commands waiting', 'Is the machine overloaded?'),
        );
      }
      return new Promise((resolve, reject) => {
        put({ line, marker: nextMarker(), retried: false, resolve, reject, timer: undefined });
      });
    },
    close() {
      closed = true;
      running?.child.stdin.end();
      running = undefined;
    },
  };
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** What came on stderr and belongs to no answered question yet. */
  said: string;
  readonly questions: Question[];
}

interface Question {
  readonly line: string;
  readonly marker: string;
  readonly retried: boolean;
  readonly resolve: (answer: NftAnswer) => void;
  readonly reject: (error: EnforceError) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Commands that may wait for their answer; each ban and each question is one. */
const MOST_WAITING = 1_000;
const ANSWER_MS = 10_000;
/** An error quotes the command's line; nothing we send is near this. */
const MOST_CHARS = 1_000_000;

let markers = 0;
function nextMarker(): string {
  markers = (markers + 1) % 1_000_000_000;
  return `ghostgate-end-${markers}`;
}

/**
 * Finds the marker's own error, three lines of which the second is the marker itself; the errors
 * before it are the command's. The caret line of the marker before begins the text: no error.
 */
function answerIn(said: string, marker: string) {
  const at = said.indexOf(`\n${marker}\n`);
  if (at === -1) return undefined;
  const lines = said.slice(0, at).split('\n');
  lines.pop();
  const errors = lines.filter((line) => /\bError: /.test(line));
  const error = errors.length === 0 ? undefined : errors.join('; ').slice(0, 500);
  return { error, end: at + marker.length + 2 };
}

function gone(command: readonly string[], cause: Error | undefined): EnforceError {
  return new EnforceError(
    `nftables: ${command.join(' ')} ended without an answer`,
    'Is nft installed (apt install nftables), and does Ghostgate run as root or with CAP_NET_ADMIN?',
    cause,
  );
}
