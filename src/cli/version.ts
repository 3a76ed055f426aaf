import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Output } from './output.ts';

/** `ghostgate version`: prints the version. */
export function version(_args: string[], out: Output): number {
  out.out(`ghostgate ${packageVersion()}`);
  return 0;
}

/** The version in package.json. */
export function packageVersion(): string {
  const folder = packageFolder();
  if (folder === undefined) return 'unknown';
  const read: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return read.version;
}

/** The folder of package.json, which lies above the compiled files wherever they are. */
export function packageFolder(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return folder;
}
