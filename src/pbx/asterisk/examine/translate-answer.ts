import { cleanText } from '../../../event/text.ts';
import type { Frame } from '../frame.ts';

/** Lines of one section of a configuration file, in its order. */
export type Section = [name: string, value: string][];

/** Answer of Getvar; empty when there is no such variable. */
export function valueOf({ name, fields }: Frame): string {
  return (name === 'Success' ? cleanText(fields.get('Value'), 512) : undefined) ?? '';
}

/** Answer of GetConfig; none when there is no such file, undefined when the user may not ask. */
export function sectionsIn(answer: Frame | undefined): Section[] | undefined {
  if (answer?.fields.get('Message') === 'Config file not found') return [];
  if (answer?.name !== 'Success') return undefined;
  const sections = new Map<string, Section>();
  for (const [key, line] of answer.fields) {
    const [, section] = /^Line-(\d+)-\d+$/.exec(key) ?? [];
    const [, name, value] = /^([^=]{1,64})=(.{0,512})$/.exec(line) ?? [];
    if (section === undefined || name === undefined || value === undefined) continue;
    const lines = sections.get(section) ?? [];
    lines.push([name.trim().toLowerCase(), cleanText(value.trim()) ?? '']);
    sections.set(section, lines);
  }
  return [...sections.values()];
}

/** Answer of ListCommands, which names what this user may use, and nothing else; undefined when it is none. */
export function actionsIn({ name, fields }: Frame): ReadonlySet<string> | undefined {
  if (name !== 'Success') return undefined;
  return new Set([...fields].flatMap(([key, words]) => (words.includes('(Priv:') ? [key] : [])));
}

/** Events of DBGetTree: the number under this key, 0 when there is none. */
export function numberUnder(key: string, rows: readonly Frame[]): number {
  const row = rows.find(({ fields }) => fields.get('Key') === key);
  return Number(row?.fields.get('Val')) || 0;
}
