import { type Asking, isPlainName, unlessAnswer } from './config.ts';
import { contextIn } from './translate-dialplan.ts';

/** Contexts by name. One that the PBX does not know is not in it. */
export type Dialplan = ReadonlyMap<string, Context>;

export interface Context {
  readonly steps: readonly Step[];
  readonly includes: readonly string[];
}

export interface Step {
  readonly extension: string;
  readonly priority: number;
  readonly application: string;
  readonly data: string;
}

/** More than anybody chains before a call is answered. */
const MOST_CONTEXTS = 60;

/** These contexts as they are in force, and those they lead to at once. Rejects with AmiError. */
export async function askDialplan(session: Asking, contexts: Iterable<string>): Promise<Dialplan> {
  const dialplan = new Map<string, Context>();
  const waiting = [...new Set(contexts)];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (dialplan.has(name) || dialplan.size >= MOST_CONTEXTS || !isPlainName(name)) continue;
    const context = await askContext(session, name);
    if (context === undefined) continue;
    dialplan.set(name, context);
    waiting.push(...context.includes, ...context.steps.flatMap(leadsTo));
  }
  return dialplan;
}

/**
 * Where a call could begin in this context without passing the gate: like `_X.,1 is Dial`.
 * Undefined when every extension passes it first.
 */
export function gapOf(dialplan: Dialplan, name: string, depth = 0): string | undefined {
  const context = dialplan.get(name);
  if (context === undefined || depth > MOST_DEPTH) return `[${name}] cannot be read`;
  const extensions = new Set(context.steps.map(({ extension }) => extension));
  for (const extension of extensions) {
    if (extension === 'h') continue;
    const gap = gapOfExtension(dialplan, name, extension, depth);
    if (gap !== undefined) return gap;
  }
  // A context is searched before what it includes, and these match every number.
  if (extensions.has('_.') || extensions.has('_!')) return undefined;
  for (const include of context.includes) {
    if (!dialplan.has(include)) continue;
    const gap = gapOf(dialplan, include, depth + 1);
    if (gap !== undefined) return gap;
  }
  return undefined;
}

const MOST_DEPTH = 10;

/** What may stand before the gate: it tells nobody anything. */
const QUIET = /^(?:NoOp|Set|Verbose|Log|MSet)$/i;

function gapOfExtension(
  dialplan: Dialplan,
  name: string,
  extension: string,
  depth: number,
): string | undefined {
  const steps = dialplan.get(name)?.steps.filter((step) => step.extension === extension) ?? [];
  const here = `[${name}] ${extension}`;
  if (depth > MOST_DEPTH) return `${here} goes in a circle`;
  for (const { application, data, priority } of steps.toSorted((a, b) => a.priority - b.priority)) {
    if (QUIET.test(application)) continue;
    const [context, target] = targetOf(data, name);
    if (/^Gosub$/i.test(application) && INTO_GATE.test(data)) return undefined;
    const follows = /^(?:Goto|Gosub)$/i.test(application) && target !== undefined;
    if (follows && dialplan.has(context) && hasExtension(dialplan, context, target)) {
      return gapOfExtension(dialplan, context, target, depth + 1);
    }
    return `${here},${priority} is ${application}`;
  }
  return `${here} never comes to it`;
}

export const GATE = 'ghostgate-gate';

/** As `ghostgate install` writes it, and as it did before. */
const INTO_GATE = new RegExp(`^${GATE},(?:s|\\$\\{CHANNEL\\(channeltype\\)\\}),1(?:\\(|$)`);

function hasExtension(dialplan: Dialplan, context: string, extension: string): boolean {
  return dialplan.get(context)?.steps.some((step) => step.extension === extension) === true;
}

/** Context and extension of `context,extension,priority`; the first may be left out. */
function targetOf(data: string, here: string): [context: string, extension: string | undefined] {
  const words =
    data
      .split('(', 1)[0]
      ?.split(',')
      .map((word) => word.trim()) ?? [];
  if (words.length === 3) return [words[0] ?? '', words[1]];
  return words.length === 2 ? [here, words[0]] : ['', undefined];
}

function leadsTo({ application, data }: Step): string[] {
  if (!/^(?:Goto|Gosub)$/i.test(application)) return [];
  const [context] = targetOf(data, '');
  return context === '' || context === GATE || context.includes('$') ? [] : [context];
}

/** Undefined when there is no such context. */
async function askContext(session: Asking, name: string): Promise<Context | undefined> {
  const action = { Action: 'ShowDialPlan', Context: name };
  const frames = await session.list(action, 'ShowDialPlanComplete').catch(unlessAnswer);
  return frames === undefined ? undefined : contextIn(name, frames);
}
