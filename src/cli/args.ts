import { parseArgs } from 'node:util';
import { socketOf } from '../policy/shared.ts';
import { CENTRAL_RUN, DEFAULT_SOCKET, EXIT_USAGE } from './client.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';

/** What every command that asks the daemon was told. */
export interface Asked {
  readonly socket: string;
  readonly json: boolean;
  /** The command's own options that were given. */
  readonly values: Readonly<Record<string, string>>;
  /** The command's own flags that were given. */
  readonly flags: ReadonlySet<string>;
  readonly positionals: readonly string[];
}

export interface Usage {
  readonly command: string;
  /** What --help prints. */
  readonly help: string;
  /** The command's own options, each with a value. */
  readonly options: readonly string[];
  /** Those without a value. */
  readonly flags?: readonly string[];
  readonly positionals: { readonly least: number; readonly most: number };
  /** What to say when there are too few of them. */
  readonly missing?: string;
}

/** Reads the arguments; a number is the exit code when there is nothing left to do. */
export function readArgs(args: string[], usage: Usage, out: Output): Asked | number {
  const { command, help, options, flags = [], positionals: bounds } = usage;
  const own = Object.fromEntries(options.map((name) => [name, { type: 'string' as const }]));
  const bare = Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }]));
  try {
    const { values, positionals } = parseArgs({
      args,
      strict: true,
      allowPositionals: true,
      options: {
        ...own,
        ...bare,
        json: { type: 'boolean' },
        socket: { type: 'string' },
        site: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      out.out(help);
      return 0;
    }
    const count = positionals.length;
    if (count < bounds.least) {
      return misused(out, command, usage.missing ?? 'say which address is meant');
    }
    if (count > bounds.most) {
      return misused(out, command, `one argument too many: ${positionals[bounds.most] ?? ''}`);
    }
    const site = options.includes('site') ? undefined : values.site;
    if (site !== undefined && !SITE.test(site)) {
      return misused(out, command, `not the name of a site: ${JSON.stringify(site)}`);
    }
    return {
      socket:
        values.socket ?? socketOfSite(site) ?? process.env['GHOSTGATE_SOCKET'] ?? DEFAULT_SOCKET,
      json: values.json === true,
      values: texts(values),
      flags: new Set(flags.filter((name) => Reflect.get(values, name) === true)),
      positionals,
    };
  } catch (error) {
    return misused(out, command, error instanceof Error ? error.message : String(error));
  }
}

/** As the policy's name of a site: no path can be made of it. */
const SITE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Where `ghostgate central` has the control socket of this site, unless its policy says another. */
function socketOfSite(site: string | undefined): string | undefined {
  return site === undefined ? undefined : socketOf(CENTRAL_RUN, site);
}

/** The command was written wrongly: says how and where to read more. */
export function misused(out: Output, command: string, error: string): number {
  // What node adds of arguments that begin with a dash helps nobody here.
  const [what = error] = error.split('. To specify a positional');
  return fail(out, EXIT_USAGE, what, `ghostgate ${command} --help`);
}

function texts(values: Record<string, unknown>): Record<string, string> {
  const pairs = Object.entries(values).filter((pair): pair is [string, string] => {
    return typeof pair[1] === 'string';
  });
  return Object.fromEntries(pairs);
}
