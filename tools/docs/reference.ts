import type { Output } from '../../src/cli/output.ts';
import { help } from '../../src/cli/help.ts';
import { packageVersion } from '../../src/cli/version.ts';
import { policySchema } from '../../src/policy/json-schema.ts';
import { fleetOpenApi } from '../../src/web/fleet-app.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { commandNames, commandsPage } from './commands-page.ts';
import { metricsPage } from './metrics-page.ts';
import { policyPage } from './policy-page.ts';

/** The pages that are made from the program, by their path from the root. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const overview = await said((out) => help([], out));
  const names = commandNames(overview);
  const commands = await Promise.all(
    names.map(async (name) => ({ name, help: await helpOf(name) })),
  );
  return new Map([
    ['docs/reference/policy.md', policyPage(policySchema())],
    ['docs/reference/metrics.md', metricsPage(createMetrics().described())],
    ['docs/reference/commands.md', commandsPage(overview, commands)],
    ['docs/openapi-fleet.json', `${JSON.stringify(fleetOpenApi(packageVersion()), null, 2)}\n`],
  ]);
}

/**
 * Each command is a file of its name that exports a function of its name; those that must know all
 * commands export one that makes it, `completionOf`, and say their help without any.
 */
async function helpOf(name: string): Promise<string> {
  const module: unknown = await import(new URL(`../../src/cli/${name}.js`, import.meta.url).href);
  const maker: unknown = Reflect.get(Object(module), `${name}Of`);
  const command: unknown =
    typeof maker === 'function'
      ? Reflect.apply(maker, undefined, [{}])
      : Reflect.get(Object(module), name);
  if (typeof command !== 'function') throw new Error(`src/cli/${name}.ts exports no ${name}`);
  return said((out) => Reflect.apply(command, undefined, [['--help'], out]));
}

async function said(act: (out: Output) => unknown): Promise<string> {
  const lines: string[] = [];
  await act({ out: (text) => lines.push(text), err: (text) => lines.push(text) });
  return lines.join('\n');
}
