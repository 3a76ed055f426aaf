import { stripVTControlCharacters, styleText } from 'node:util';
import { wrap } from '../../src/cli/text.ts';

/** One line of the daemon's log. */
export type LogLine = Readonly<Record<string, unknown>>;

const COLOURS = { pass: 'green', watch: 'yellow', reject: 'magenta', ban: 'red' } as const;

/** What a person should see of a log line, or undefined when it is nothing for them. */
export function lineText(line: LogLine): string | undefined {
  const verdict = text(line['verdict']);
  if (verdict in COLOURS) {
    const word = verdict.toUpperCase();
    const rule = text(line['rule']);
    const head = `  ${word.padEnd(6)} ${text(line['source']).padEnd(15)} `;
    return wrap(head, `${rule}: ${text(line['why'])}`)
      .replace(word, styleText(COLOURS[verdict as keyof typeof COLOURS], word))
      .replace(`${rule}:`, `${styleText('bold', rule)}:`);
  }
  switch (line['event']) {
    case 'ban':
      return `  ${styleText('red', 'SHUT OUT')} ${text(line['target'])} until ${clock(line['until'])}${line['quarantine'] === true ? ' (quarantine)' : ''}`;
    case 'injection':
      return wrap(
        '  FORGED ',
        `${text(line['source'] ?? 'somebody')}: ${text(line['why'])}`,
      ).replace('FORGED', styleText('magenta', 'FORGED'));
    case 'notice':
      return wrap('  NOTICE ', text(line['notice'])).replace(
        'NOTICE',
        styleText('yellow', 'NOTICE'),
      );
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
