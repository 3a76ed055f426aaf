import type { CommandWords, Flag } from '../command-words.ts';

/** Completion for zsh (_arguments), as a function of its path of functions. */
export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef ghostgate
# zsh completion of ghostgate; made by: ghostgate completion zsh
_ghostgate() {
  local -a commands
  commands=(
${commands.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  case $words[2] in
${commands.map(commandCase).join('\n')}
  esac
}
_ghostgate "$@"
`;
}

function commandCase({ name, flags, words, files }: CommandWords): string {
  const rest = files
    ? [`'*:file:_files'`]
    : words.length > 0
      ? [quoted(`2:what:(${words.join(' ')})`)]
      : [];
  const specs = ['1:command:', ...flags.map(spec)].map(quoted);
  return `    ${name}) _arguments ${[...specs, ...rest].join(' ')} ;;`;
}

function spec({ flag, about, value }: Flag): string {
  const text = `${flag}[${about.replaceAll(/[[\]\\:]/g, ' ')}]`;
  if (value === 'none') return text;
  if (value === 'file') return `${text}:file:_files`;
  return typeof value === 'string' ? `${text}:value:` : `${text}:value:(${value.join(' ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
