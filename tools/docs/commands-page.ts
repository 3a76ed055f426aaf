/** docs/reference/commands.md: every command, as `--help` explains it. */
export function commandsPage(
  overview: string,
  commands: readonly { readonly name: string; readonly help: string }[],
): string {
  const sections = commands.flatMap(({ name, help }) => [
    '',
    `## \`ghostgate ${name}\``,
    '',
    ...fenced(help),
  ]);
  return `${[...HEAD, ...fenced(overview), ...sections].join('\n')}\n`;
}

/** Names of the commands that the overview lists, in its order. */
export function commandNames(overview: string): string[] {
  const [, list = ''] = overview.split('Commands:\n');
  const [lines = ''] = list.split('\n\n');
  return lines.split('\n').map((line) => line.trim().split(' ')[0] ?? '');
}

const HEAD = [
  '# Every command',
  '',
  'Made from the program by `npm run docs`: what `ghostgate COMMAND --help` says.',
  '',
];

function fenced(text: string): string[] {
  return ['```text', text.trimEnd(), '```'];
}
