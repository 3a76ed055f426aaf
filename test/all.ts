import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Every *.test.js beside this file runs in this one process: 40 files start in a quarter of a
// second that way, in nine seconds one process each.
const here = dirname(fileURLToPath(import.meta.url));
const only = process.argv[2] ?? '';
const files = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js') && file.includes(only))
  .toSorted();
// Before any test runs, all that the program is made of: tests begin while this loop still imports,
// and where one made the collector run just then, Node 20.20 gave the importer of a CommonJS package
// (pino, SQLite's binding) an empty module.
await import('../src/cli/run.ts');
for (const file of files) await import(pathToFileURL(join(here, file)).href);
