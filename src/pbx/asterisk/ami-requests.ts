import { type Action, formatAction, newActionId } from './action.ts';
import { AmiError } from './errors.ts';
import type { Frame, RefusedFrame } from './frame.ts';

/** What waits for an answer on one connection. */
export interface Requests {
  request(action: Action, timeoutMs: number): Promise<Frame>;
  list(action: Action, endEvent: string, timeoutMs: number): Promise<Frame[]>;
  /** Reports whether the frame answers something we asked, be it too late. */
  take(frame: Frame): boolean;
  /** A refused frame may have been the answer to a request: then that request ends at once. */
  takeRefused(refused: RefusedFrame): void;
  /** Lists under way. */
  readonly lists: number;
  /** Rejects everything that waits, and everything asked from now on. */
  fail(error: AmiError): void;
}

/** @param send takes the bytes of one action; throws AmiError when it cannot. */
export function requestTable(send: (text: string) => void): Requests {
  const waiting = new Map<string, Asker & { readonly timer: NodeJS.Timeout }>();
  /** Given up; their answers may still come, and are no strays. The oldest go first. */
  const givenUp = new Set<string>();
  let lists = 0;
  let failed: AmiError | undefined;

  function ask(action: Action, timeoutMs: number, asker: Asker): void {
    if (failed !== undefined) return asker.reject(failed);
    if (waiting.size >= MAX_WAITING) {
      return asker.reject(
        new AmiError('busy', `${MAX_WAITING} AMI actions are unanswered already`),
      );
    }
    const id = newActionId();
    try {
      send(formatAction(action, id));
    } catch (error) {
      return asker.reject(error);
    }
    const timer = setTimeout(() => {
      giveUp(
        id,
        new AmiError('timeout', `no answer to ${action['Action']} within ${timeoutMs} ms`),
      );
    }, timeoutMs);
    if (asker.listens) lists++;
    waiting.set(id, { ...asker, timer });
  }

  function finish(id: string): Asker | undefined {
    const one = waiting.get(id);
    if (one === undefined) return undefined;
    waiting.delete(id);
    clearTimeout(one.timer);
    if (one.listens) lists--;
    return one;
  }

  function giveUp(id: string, error: AmiError): void {
    finish(id)?.reject(error);
    givenUp.add(id);
    for (const oldest of givenUp) {
      if (givenUp.size <= MAX_WAITING) break;
      givenUp.delete(oldest);
    }
  }

  function take(frame: Frame): boolean {
    const id = frame.fields.get('ActionID');
    const one = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || one === undefined) return id !== undefined && givenUp.has(id);
    const taken = one.take(frame);
    if (taken === 'last') finish(id);
    else if (taken instanceof AmiError) giveUp(id, taken);
    return true;
  }

  return {
    request: (action, timeoutMs) =>
      new Promise((resolve, reject) => {
        ask(action, timeoutMs, answerAsker(resolve, reject));
      }),
    list: (action, endEvent, timeoutMs) =>
      new Promise((resolve, reject) => {
        ask(action, timeoutMs, listAsker(endEvent, resolve, reject));
      }),
    take,
    takeRefused({ why, head }) {
      // The ActionID is ours and random, so this line is Asterisk's whatever the rest may be.
      const id = ANSWER.exec(head)?.[1];
      if (id === undefined) return;
      finish(id)?.reject(new AmiError('protocol', `the PBX's answer was refused: ${why}`));
    },
    get lists() {
      return lists;
    },
    fail(error) {
      failed ??= error;
      for (const id of waiting.keys()) finish(id)?.reject(error);
      givenUp.clear();
    },
  };
}

/** Somebody who waits for an answer. */
interface Asker {
  /** Takes events too, not the response alone. */
  readonly listens: boolean;
  /** Told every frame under its ActionID; says whether it waits for more, or gives up. */
  take(frame: Frame): 'more' | 'last' | AmiError;
  reject(error: unknown): void;
}

function answerAsker(resolve: (frame: Frame) => void, reject: Asker['reject']): Asker {
  return {
    listens: false,
    reject,
    take(frame) {
      if (frame.kind === 'event') return 'more';
      resolve(frame);
      return 'last';
    },
  };
}

function listAsker(
  endEvent: string,
  resolve: (events: Frame[]) => void,
  reject: Asker['reject'],
): Asker {
  const events: Frame[] = [];
  return {
    listens: true,
    reject,
    take(frame) {
      if (frame.kind === 'response') return frame.name === 'Success' ? 'more' : refusal(frame);
      if (frame.name === endEvent) {
        resolve(events);
        return 'last';
      }
      if (events.push(frame) <= MAX_LIST_EVENTS) return 'more';
      return new AmiError('protocol', `list of more than ${MAX_LIST_EVENTS} events`);
    },
  };
}

const MAX_WAITING = 4096;
const MAX_WORDS_CHARS = 256;
const MAX_LIST_EVENTS = 100_000;
const ANSWER = /^Response: [^\r\n]*\r\nActionID: ([0-9a-f]{32})\r\n/;

function refusal(frame: Frame): AmiError {
  const answer = (frame.fields.get('Message') ?? '').slice(0, MAX_WORDS_CHARS);
  return new AmiError('refused', `the PBX said: ${answer}`, { answer });
}
