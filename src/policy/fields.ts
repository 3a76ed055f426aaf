import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { hasControl } from '../event/text.ts';
import { DURATION_HINT, DURATION_PATTERN, formatDuration, parseDuration } from './duration.ts';
import { patternMistake } from './pattern.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';

/** Text that `mistake` finds nothing wrong with. Every kind of value in the policy is made here. */
export function text(mistake: (value: string) => Mistake | undefined): z.ZodString {
  return z.string().superRefine((value, context) => {
    const found = hasControl(value) ? CONTROL : mistake(value);
    if (found !== undefined) context.addIssue(issue(found));
  });
}

/** For superRefine: a mistake in the form zod carries to the report, its hint beside it. */
export function issue({ message, hint }: Mistake, at: (string | number)[] = []) {
  return { code: 'custom' as const, message, params: { hint }, path: at };
}

export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** A name that logs, metrics and other lines of the policy use. */
export function name(): z.ZodString {
  return matching(
    NAME.source,
    'name',
    'use 1 to 63 letters, digits, dots, hyphens and underscores',
  );
}

/** Text of one pattern, which editors see as well. */
export function matching(pattern: string, what: string, hint: string): z.ZodString {
  const matcher = new RegExp(pattern);
  return text((value) =>
    matcher.test(value) ? undefined : { message: `not a ${what}: ${show(value)}`, hint },
  ).meta({ pattern });
}

/** Text that is compared with what senders say of themselves. */
export function words(most = 128): z.ZodString {
  return text((value) => {
    if (value.trim() === '') return { message: 'is empty', hint: 'take it out' };
    return value.length > most ? { message: `longer than ${most} characters` } : undefined;
  });
}

/** An expression that is looked for in what senders say of themselves. */
export function expression(): z.ZodString {
  return text(patternMistake);
}

/** A time like `10m`, no longer than `most` seconds. */
export function duration(most?: number): z.ZodString {
  return text((value) => {
    const seconds = parseDuration(value);
    if (seconds === undefined) {
      return { message: `not a time of at most ten years: ${show(value)}`, hint: DURATION_HINT };
    }
    if (most === undefined || seconds <= most) return undefined;
    return { message: `longer than ${formatDuration(most)}: ${show(value)}` };
  }).meta({ pattern: DURATION_PATTERN });
}

/** Times that grow from step to step. */
export function ladder(step: z.ZodString) {
  return z
    .array(step)
    .min(1)
    .max(20)
    .superRefine((steps, context) => {
      for (const [at, written] of steps.entries()) {
        const before = steps[at - 1];
        // A step that is no time at all has been reported as such.
        if (before === undefined || !(secondsOf(written) <= secondsOf(before))) continue;
        const message = `not longer than the step before it: ${written} after ${before}`;
        context.addIssue(issue({ message, hint: 'write the steps from short to long' }, [at]));
      }
    });
}

/** Absolute path of a file, folder or socket. */
export function path(mostBytes = 4096): z.ZodString {
  return text((value) => {
    if (!isAbsolute(value)) {
      return { message: `not an absolute path: ${show(value)}`, hint: 'begin it with /' };
    }
    if (Buffer.byteLength(value) <= mostBytes) return undefined;
    return { message: `longer than ${mostBytes} bytes`, hint: 'choose a shorter path' };
  });
}

/** Path of a unix socket: sockaddr_un holds 108 bytes, the last of them zero (unix(7)). */
export function socketPath(): z.ZodString {
  return path(SOCKET_PATH_BYTES);
}

export const SOCKET_PATH_BYTES = 107;

/** Whole number between two bounds. */
export function count(least: number, most: number): z.ZodInt {
  return z.int().min(least).max(most);
}

export function port(): z.ZodInt {
  return count(1, 65_535);
}

/** Seconds of a time that the schema has checked. */
export function secondsOf(checked: string): number {
  return parseDuration(checked) ?? Number.NaN;
}

const CONTROL: Mistake = {
  message: 'holds a control character',
  hint: 'take out tabs, line ends and invisible characters',
};
