/**
 * The newest version of a fleet: that of the page itself, or one that two sites tell; no stolen
 * site alone makes all the others look old.
 */
export function newestVersion(versions: Iterable<string>, own: string): string {
  let newest = own;
  const once = new Set<string>();
  for (const version of versions) {
    if (once.has(version) && isOlder(newest, version)) newest = version;
    once.add(version);
  }
  return newest;
}

/** What is no version is older than none. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)];
  if (a === undefined || b === undefined) return false;
  const at = a.findIndex((number, nth) => number !== b[nth]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

function numbersOf(version: string): number[] | undefined {
  const found = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:$|[-+])/.exec(version);
  return found?.slice(1).map(Number);
}
