/**
 * The text of a PDF is set in Helvetica, one of the fonts that every reader brings (ISO 32000-1
 * §9.6.2.2): no font has to be shipped, but only the letters of WinAnsi (Windows-1252) can be
 * shown. Others lose their accents, or become `?`.
 */
export function encoded(text: string): Buffer {
  return Buffer.from(Array.from(text.normalize('NFC'), byteOf));
}

/** Reports whether all of the text can be shown as it is. */
export function isShowable(text: string): boolean {
  return Array.from(text.normalize('NFC')).every((character) => known(character) !== undefined);
}

/** Width of the text in points. */
export function widthOf(text: string, size: number, isBold: boolean): number {
  const table = isBold ? BOLD : REGULAR;
  let sum = 0;
  for (const byte of encoded(text)) sum += table[baseOf(byte) - 32] ?? 556;
  return (sum * size) / 1000;
}

/** Shortens to so many points. */
export function fitted(text: string, most: number, size: number, isBold = false): string {
  if (widthOf(text, size, isBold) <= most) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(`${kept}${character}…`, size, isBold) > most) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Breaks at spaces into lines of at most so many points. */
export function lines(text: string, most: number, size: number, isBold = false): string[] {
  const found: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer, size, isBold) > most) {
      found.push(line);
      line = word;
    } else line = longer;
  }
  return [...found, line].map((each) => fitted(each, most, size, isBold));
}

function byteOf(character: string): number {
  const plain = known(character);
  if (plain !== undefined) return plain;
  // An accent that WinAnsi does not have is better lost than the letter.
  const [base = '?'] = character.normalize('NFKD');
  return known(base) ?? 0x3f;
}

function known(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff)) return code;
  const at = HIGH.indexOf(character);
  return at < 0 ? undefined : 0x80 + at;
}

/** 0x80 to 0x9f of Windows-1252; a space where it has nothing. */
const HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** The letter whose width an accented one shares. */
function baseOf(byte: number): number {
  if (byte < 0x80) return byte;
  const character = byte < 0xa0 ? (HIGH[byte - 0x80] ?? '?') : String.fromCharCode(byte);
  const narrow = '‚‘’·'.includes(character) ? 0x27 : undefined;
  const wide = '…—™Œ‰Æ'.includes(character) ? 0x57 : undefined;
  const code = character.normalize('NFD').charCodeAt(0);
  return narrow ?? wide ?? (code < 0x7f ? code : 0x30);
}

/** Widths of the characters from space to tilde, from Adobe's metrics of the fonts. */
const REGULAR = widths(`278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278
  556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556
  1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778
  667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556
  333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556
  556 556 333 500 278 556 500 722 500 500 500 334 260 334 584`);
const BOLD = widths(`278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278
  556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611
  975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778
  667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556
  333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611
  611 611 389 556 333 611 556 778 556 556 500 389 280 389 584`);

function widths(text: string): number[] {
  return text.split(/\s+/).map(Number);
}
