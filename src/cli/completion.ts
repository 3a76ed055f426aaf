import { misused } from './args.ts';
import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { zshScript } from './completion/zsh.ts';
import { commandNames, commandWords, type CommandWords } from './command-words.ts';
import { help } from './help.ts';
import { helpOf, type CommandTable } from './helps.ts';
import type { Output } from './output.ts';

const HELP = `ghostgate completion bash|zsh|fish

Prints what makes the shell complete Ghostgate's commands and options, from
their own help. The Debian package brings all three already.

Examples:
  ghostgate completion bash > /etc/bash_completion.d/ghostgate
  ghostgate completion zsh > /usr/local/share/zsh/site-functions/_ghostgate
  ghostgate completion fish > ~/.config/fish/completions/ghostgate.fish

Exit codes: 0 printed, 2 usage`;

const SHELLS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `ghostgate completion SHELL`, for the commands of this table. */
export function completionOf(commands: CommandTable) {
  return async (args: string[], out: Output): Promise<number> => {
    const [shell = '', more] = args;
    if (args.some((word) => word === '--help' || word === '-h')) {
      out.out(HELP);
      return 0;
    }
    const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
    if (script === undefined || more !== undefined)
      return misused(out, 'completion', `say which shell: ${Object.keys(SHELLS).join(', ')}`);
    const list: CommandWords[] = [];
    for (const { name, about } of commandNames(await helpOf(() => help, [])))
      list.push(commandWords(name, about, await helpOf(commands[name], ['--help'])));
    out.out(script(list).trimEnd());
    return 0;
  };
}
