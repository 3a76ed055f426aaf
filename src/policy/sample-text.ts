import { stringify } from 'yaml';

/** Columns of the sample. */
const WIDTH = 96;

/** Breaks a sentence into lines of the sample, each after its margin and mark. */
export function fill(text: string, indent: number, mark = ''): string[] {
  const start = ' '.repeat(indent) + mark;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && start.length + line.length + 1 + word.length > WIDTH) {
      lines.push(start + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, start + line];
}

/** `key: value` on one line where that fits, else a key a line and lists filled. */
export function settingLines(key: string, value: unknown, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const whole = `${margin}${key}: ${inline(value)}`;
  if (whole.length <= WIDTH) return [whole];
  if (Array.isArray(value)) {
    const items = value.map(inline).join(', ');
    return [`${margin}${key}: [`, ...fill(items, indent + 2), `${margin}  ]`];
  }
  if (typeof value !== 'object' || value === null) return [whole];
  const inner = Object.entries(value).flatMap(([name, each]) => {
    return settingLines(name, each, indent + 2);
  });
  return [`${margin}${key}:`, ...inner];
}

/** A value in flow style. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => `${key}: ${inline(each)}`);
    return `{ ${entries.join(', ')} }`;
  }
  const plain = String(value);
  // Plain where YAML itself would write it plain and nothing in it means anything in flow style.
  if (typeof value !== 'string') return plain;
  if (/^[\w./][\w./:-]*$/.test(plain) && stringify(plain).trimEnd() === plain) return plain;
  return `'${plain.replaceAll("'", "''")}'`;
}
