import { misused } from './args.ts';
import { commandNames } from './command-words.ts';
import { help } from './help.ts';
import { helpOf, type CommandTable } from './helps.ts';
import { manPage } from './man-page.ts';
import type { Output } from './output.ts';
import { packageVersion } from './version.ts';

const HELP = `ghostgate man

Prints the manual page, ghostgate(8), made from the help of every command. The
Debian package brings it already: man ghostgate.

Examples:
  ghostgate man | man -l -
  ghostgate man > /usr/local/share/man/man8/ghostgate.8

Exit codes: 0 printed, 2 usage`;

/** `ghostgate man`, for the commands of this table. */
export function manOf(commands: CommandTable) {
  return async (args: string[], out: Output): Promise<number> => {
    if (args.some((word) => word === '--help' || word === '-h')) {
      out.out(HELP);
      return 0;
    }
    if (args.length > 0) return misused(out, 'man', `one argument too many: ${args[0] ?? ''}`);
    const top = await helpOf(() => help, []);
    const helps: [string, string][] = [];
    for (const { name } of commandNames(top)) {
      // What has nothing to say of itself is told in the list of commands.
      const text = await helpOf(commands[name], ['--help']);
      if (text.startsWith(`ghostgate ${name} `) || text.startsWith(`ghostgate ${name}\n`))
        helps.push([name, text]);
    }
    out.out(manPage(top, helps, { version: packageVersion(), date: today() }).trimEnd());
    return 0;
  };
}

/** The day it is made; SOURCE_DATE_EPOCH makes builds come out alike (reproducible-builds.org). */
function today(): string {
  const epoch = Number(process.env['SOURCE_DATE_EPOCH']);
  const at = Number.isSafeInteger(epoch) && epoch > 0 ? epoch * 1000 : Date.now();
  return new Date(at).toISOString().slice(0, 10);
}
