import { cleanText } from '../../../event/text.ts';
import type { Frame } from '../frame.ts';
import type { Context, Step } from './dialplan.ts';

/** Events of ShowDialPlan: what is in this context. */
export function contextIn(name: string, frames: readonly Frame[]): Context {
  const rows = frames.filter(({ fields }) => fields.get('Context') === name);
  return {
    steps: rows.flatMap(stepOf),
    includes: rows.flatMap(({ fields }) => fields.get('IncludeContext') ?? []),
  };
}

/** Hints have no priority that is a number, and no call. */
function stepOf({ fields }: Frame): Step[] {
  const extension = cleanText(fields.get('Extension'));
  const priority = Number(fields.get('Priority'));
  if (extension === undefined || !Number.isInteger(priority)) return [];
  return [
    {
      extension,
      priority,
      application: cleanText(fields.get('Application')) ?? '',
      data: cleanText(fields.get('AppData'), 512) ?? '',
    },
  ];
}
