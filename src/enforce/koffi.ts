import { createRequire } from 'node:module';

/** What of koffi is used; it may not be installed, its types neither. */
export interface Koffi {
  load(name: string): { func(prototype: string): never };
}

/** Calls functions of C libraries. An optional dependency: undefined where it is not there. */
export function koffi(): Koffi | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What is used of it.
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    return undefined;
  }
}
