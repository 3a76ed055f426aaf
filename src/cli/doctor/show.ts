import { styled, type Output, type Style } from '../output.ts';
import { pad, wrap } from '../text.ts';
import type { Finding, Group, Level } from './finding.ts';

/** The findings for a person, in 80 columns; lines to copy are never broken. */
export function groupsText(groups: readonly Group[], out: Output): string {
  return [...groups.map((group) => groupText(group, out)), summary(groups, out)].join('\n\n');
}

function groupText({ name, about, findings }: Group, out: Output): string {
  const title = styled(out, 'bold', about === undefined ? name : `${name}: ${about}`);
  return [title, ...findings.map((finding) => findingText(finding, out))].join('\n');
}

function findingText({ level, check, what, fix }: Finding, out: Output): string {
  const first = wrap(`  ${pad(WORDS[level], WORD_COLUMNS)}`, `${check}: ${what}`);
  const style = STYLES[level];
  const lines = [
    style === undefined ? first : first.replace(WORDS[level], styled(out, style, WORDS[level])),
  ];
  if (fix !== undefined) {
    lines.push(wrap(INDENT, fix.say), ...(fix.lines ?? []).map((line) => `${INDENT}  ${line}`));
  }
  return lines.join('\n');
}

function summary(groups: readonly Group[], out: Output): string {
  const all = groups.flatMap(({ findings }) => findings);
  const count = (level: Level): number => all.filter((each) => each.level === level).length;
  const bad = [
    ...counted(count('failed'), 'failure'),
    ...counted(count('warning'), 'warning'),
    ...counted(count('unseen'), 'thing', ' not seen from here'),
  ];
  if (bad.length === 0) return styled(out, 'green', 'All is well.');
  const style: Style = count('failed') > 0 ? 'red' : 'yellow';
  return styled(out, style, `${all.length} checks: ${bad.join(', ')}.`);
}

function counted(count: number, word: string, more = ''): string[] {
  return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}${more}`];
}

const WORDS = { ok: 'ok', warning: 'warning', failed: 'FAILED', unseen: 'not seen' } as const;
const STYLES: Readonly<Record<Level, Style | undefined>> = {
  ok: 'green',
  warning: 'yellow',
  failed: 'red',
  unseen: 'dim',
};
const WORD_COLUMNS = 10;
const INDENT = ' '.repeat(WORD_COLUMNS + 2);
