import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Output } from './output.ts';

/** `ghostgate version`: prints the version. */
export function version(_args: string[], out: Output): number {
  out.out(`ghostgate ${packageVersion()}`);
  return 0;
}

/** The version in package.json, which lies above the compiled files wherever they are. */
export function packageVersion(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return 'unknown';
    folder = above;
  }
  const read: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return read.version;
}
