import { stripVTControlCharacters, styleText } from 'node:util';

/** One line of the daemon's log. */
export type LogLine = Readonly<Record<string, unknown>>;

const COLOURS = { pass: 'green', watch: 'yellow', reject: 'magenta', ban: 'red' } as const;

/** What a person should see of a log line, or undefined when it is nothing for them. */
export function lineText(line: LogLine): string | undefined {
  const verdict = text(line['verdict']);
  if (verdict in COLOURS) {
    const word = styleText(
      COLOURS[verdict as keyof typeof COLOURS],
      verdict.toUpperCase().padEnd(6),
    );
    const rule = styleText('bold', text(line['rule']));
    return `  ${word} ${text(line['source']).padEnd(15)} ${rule}: ${text(line['why'])}`;
  }
  switch (line['event']) {
    case 'ban':
      return `  ${styleText('red', 'SHUT OUT')} ${text(line['target'])} until ${clock(line['until'])}${line['quarantine'] === true ? ' (quarantine)' : ''}`;
    case 'injection':
      return `  ${styleText('magenta', 'FORGED')} ${text(line['source'] ?? 'somebody')}: ${text(line['why'])}`;
    case 'notice':
      return `  ${styleText('yellow', 'NOTICE')} ${text(line['notice'])}`;
    case 'link':
      return `  link to ${text(line['pbx'])}: ${text(line['state'])} ${text(line['version'])}`;
    default:
      return undefined;
  }
}

/** Strings in the log come from the network: no escape sequence of theirs reaches the terminal. */
export function text(value: unknown): string {
  const plain = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return stripVTControlCharacters(plain);
}

function clock(value: unknown): string {
  return new Date(Number(value)).toTimeString().slice(0, 8);
}
