/** Collects what was asserted: one readable line each, the sum at the end. */
export interface Report {
  /** Prints `ok` or `FAILED` with what was expected and what was seen. */
  check(what: string, ok: boolean, seen?: string): void;
  /** A line between assertions. */
  say(text: string): void;
  /** Prints the sum alone on a line; the exit code. */
  end(): number;
  failed(): number;
}

export function report(): Report {
  let passed = 0;
  let failed = 0;
  return {
    check(what, ok, seen) {
      if (ok) passed++;
      else failed++;
      const tail = seen === undefined ? '' : ok ? ` (${seen})` : `: saw ${seen}`;
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}${tail}`);
    },
    say(text) {
      console.log(text);
    },
    end() {
      console.log(`${passed} passed, ${failed} failed`);
      return failed === 0 ? 0 : 1;
    },
    failed: () => failed,
  };
}
