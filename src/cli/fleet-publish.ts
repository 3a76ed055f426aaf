import type { Base } from '../fleet/base.ts';
import { ringsOf } from '../fleet/operator-bases.ts';
import type { Operator } from '../fleet/operator.ts';
import { reason } from '../fleet/order.ts';
import { sitesIn } from '../fleet/ring-watch.ts';
import { LAST_RING, MOST_RINGS } from '../fleet/words.ts';
import { DURATION_HINT, parseDuration } from '../policy/duration.ts';
import type { Asked } from './args.ts';
import { EXIT_NO } from './client.ts';
import { baseDiff, baseIn } from './fleet-base-file.ts';
import type { FleetAction } from './fleet-operator.ts';
import { NO_REASON, ringMistake } from './fleet-orders.ts';
import { rollOut } from './fleet-rollout.ts';
import type { RolledOut } from './fleet-rollout.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';
import { wrap } from './text.ts';

/** `ghostgate fleet publish FILE --ring canary,early,all`. In the foreground: stopped, nothing goes further. */
export const publish: FleetAction = {
  mistake([file, more], { values, flags }) {
    const isResumed = flags.has('resume');
    if (more !== undefined || (file === undefined) !== isResumed) {
      return 'say publish FILE, or publish --resume without one';
    }
    if (!isResumed && !flags.has('dry-run') && reason(values['because']) === undefined) {
      return NO_REASON;
    }
    const rings = ringsIn(values['ring']);
    if (rings.length === 0) return 'say to which rings, in order: --ring canary,early,all';
    if (new Set(rings).size < rings.length || rings.length > MOST_RINGS) {
      return `--ring names each once, ${MOST_RINGS} at most`;
    }
    if (rings.includes(LAST_RING) && rings.at(-1) !== LAST_RING) {
      return `${LAST_RING} is every site that is in no other ring: it comes last`;
    }
    const bad = ['soak', 'wait'].find(
      (name) => values[name] !== undefined && parseDuration(values[name]) === undefined,
    );
    if (bad !== undefined) return `--${bad} ${JSON.stringify(values[bad])}: ${DURATION_HINT}`;
    return rings.map(ringMistake).find((wrong) => wrong !== undefined);
  },
  async early([file], asked, out) {
    if (file === undefined || (await baseIn(file, out)) !== undefined) return undefined;
    return fail(out, EXIT_NO, `${file} is no base for a fleet`, 'correct what stands above');
  },
  async run(operator, [file], asked, out) {
    const rings = ringsIn(asked.values['ring']);
    const members = await operator.members();
    const empty = rings.find(
      (ring) => ring !== LAST_RING && sitesIn(ring, rings, members).length === 0,
    );
    if (empty !== undefined) {
      const hint = `ghostgate fleet ring ${empty} SITE…, to put sites into it`;
      return fail(out, EXIT_NO, `no site is in ring ${empty}`, hint);
    }
    const last = (await operator.bases()).at(-1);
    const text = file === undefined ? undefined : await baseIn(file, out);
    if (asked.flags.has('dry-run')) return dryRun(file ?? '', text, last, asked, out);
    const base = await baseToRoll(operator, text, last, asked, out);
    return typeof base === 'number' ? base : await go(operator, base, rings, asked, out);
  },
};

/** The version to roll out: a new one, or the last when that was stopped. */
async function baseToRoll(
  operator: Operator,
  text: string | undefined,
  last: Base | undefined,
  asked: Asked,
  out: Output,
): Promise<Base | number> {
  if (text === undefined) {
    if (last !== undefined) return last;
    return fail(out, EXIT_NO, 'nothing was published yet', 'ghostgate fleet publish FILE');
  }
  if (text === last?.text) {
    const hint = `ghostgate fleet publish --resume, or fleet rollback --to ${last.version}`;
    return fail(out, EXIT_NO, `this is version ${last.version} as it is`, hint);
  }
  // A stream that was lost must not make an old number new again.
  const ordered = ringsOf(await operator.rollout()).map(({ version }) => version);
  const because = reason(asked.values['because']) ?? '';
  const base = await operator.publish(text, because, Math.max(0, ...ordered) + 1);
  if (!asked.json) out.out(`Version ${base.version} is published.`);
  return base;
}

async function go(
  operator: Operator,
  base: Base,
  rings: readonly string[],
  { json: asJson, values }: Asked,
  out: Output,
): Promise<number> {
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    const rolled = await rollOut(operator, {
      base,
      rings,
      soakMs: (parseDuration(values['soak'] ?? '15m') ?? 0) * 1000,
      waitMs: (parseDuration(values['wait'] ?? '5m') ?? 0) * 1000,
      tell: (line) => (asJson ? undefined : out.out(wrap('', line))),
      signal: stop.signal,
    });
    if (asJson) json(out, { version: base.version, ...rolled });
    return tellEnd(rolled, base, asJson, out);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    const hint = `ghostgate fleet publish --resume --ring ${rings.join(',')}, or fleet rollback`;
    return fail(out, EXIT_NO, `stopped: version ${base.version} goes no further`, hint);
  } finally {
    process.off('SIGINT', interrupted);
  }
}

function tellEnd({ trouble, rings }: RolledOut, base: Base, asJson: boolean, out: Output): number {
  if (trouble === undefined) {
    if (!asJson)
      out.out(`Version ${base.version}: done, rings ${rings.map(({ ring }) => ring).join(', ')}.`);
    return 0;
  }
  const words = `version ${base.version} is taken back in ring ${rings.map(({ ring }) => ring).join(', ')}: ${trouble}`;
  return fail(out, EXIT_NO, words, 'ghostgate fleet sites; then publish what is corrected');
}

function dryRun(
  file: string,
  text: string | undefined,
  last: Base | undefined,
  asked: Asked,
  out: Output,
): number {
  const before = { name: `version ${last?.version ?? 0}`, text: last?.text ?? '' };
  const diff = text === undefined ? '' : baseDiff(before, { name: file, text });
  if (asked.json) json(out, { file, good: true, last: last?.version ?? 0, diff });
  else out.out(diff === '' ? `No difference to ${before.name}.` : `${diff}\n\n${file} is good.`);
  return 0;
}

function ringsIn(text = ''): string[] {
  return text.split(',').filter((ring) => ring !== '');
}
