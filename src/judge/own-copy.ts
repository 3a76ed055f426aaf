/** V8 makes a slice of this many characters or more point into its parent text. */
const SLICED_FROM = 13;

/**
 * A text that owns its characters. What a parser cut out of a frame is, inside V8, a window
 * onto the whole received chunk; a standing that kept it for hours would keep the chunk as well.
 * `join` writes a flat text of its own (37 bytes an address), where concatenating would leave a
 * window again (77 bytes).
 */
export function ownCopy(text: string): string {
  return text.length < SLICED_FROM ? text : [text.slice(0, 1), text.slice(1)].join('');
}
