import type { CommandWords, Flag } from '../command-words.ts';

/** Completion for fish. */
export function fishScript(commands: readonly CommandWords[]): string {
  return `# fish completion of ghostgate; made by: ghostgate completion fish
complete -c ghostgate -f
${commands.map(({ name, about }) => `complete -c ghostgate -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, flags, words, files }: CommandWords): string[] {
  const begin = `complete -c ghostgate -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...flags.map(({ flag, about, value }) =>
      [
        begin,
        '-l',
        flag.slice(2),
        ...valueWords(value),
        ...(about === '' ? [] : ['-d', quoted(about)]),
      ].join(' '),
    ),
    ...(words.length === 0 ? [] : [`${begin} -a ${quoted(words.join(' '))}`]),
    ...(files ? [`${begin} -F`] : []),
  ];
}

function valueWords(value: Flag['value']): string[] {
  if (value === 'none') return [];
  if (value === 'file') return ['-r', '-F'];
  return typeof value === 'string' ? ['-x'] : ['-x', '-a', quoted(value.join(' '))];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
