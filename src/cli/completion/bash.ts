import type { CommandWords, Flag } from '../command-words.ts';

/** Completion for bash (complete -F), without the package bash-completion. */
export function bashScript(commands: readonly CommandWords[]): string {
  return `# bash completion of ghostgate; made by: ghostgate completion bash
_ghostgate() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words='' files=''
  COMPREPLY=()
  if [[ $COMP_CWORD == 1 ]]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$cur"))
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map(commandCase).join('\n')}
  esac
  [[ $cur != -* && -n $files ]] && COMPREPLY=($(compgen -f -- "$cur"))
  COMPREPLY+=($(compgen -W "$words" -- "$cur"))
}
complete -o filenames -F _ghostgate ghostgate
`;
}

function commandCase({ name, flags, words, files }: CommandWords): string {
  const values = flags.filter(({ value }) => value !== 'none').map(valueCase);
  const all = [...words, ...flags.map(({ flag }) => flag)].join(' ');
  return [
    `    ${name})`,
    ...(values.length === 0 ? [] : ['      case $prev in', ...values, '      esac']),
    `      words='${all}'${files ? ' files=1' : ''}`,
    '      ;;',
  ].join('\n');
}

function valueCase({ flag, value }: Flag): string {
  const reply =
    value === 'file'
      ? 'COMPREPLY=($(compgen -f -- "$cur"))'
      : typeof value === 'string'
        ? ':'
        : `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$cur"))`;
  return `        ${flag}) ${reply}; return ;;`;
}
