import { Lexer, LineCounter, parseDocument, Parser } from 'yaml';
import { cleanText } from '../event/text.ts';
import type { Place } from './located.ts';
import type { Parsed } from './tree.ts';
import { readTree, TOO_DEEP } from './tree.ts';

/**
 * Reads one YAML text into a tree with places and everything that is wrong with it as YAML.
 * Bounded: whoever can write the policy must still not be able to stall the daemon with it.
 */
export function readDocument(text: string, file: string): Parsed {
  const depth = deepestLine(text);
  if (depth !== undefined) {
    const problem = { file, line: depth, column: 1, path: '', message: TOO_DEEP };
    return { tree: undefined, problems: [problem] };
  }
  const lines = new LineCounter();
  // uniqueKeys compares every key with every other: 80,000 of them took 99 s. The tree finds
  // repeated keys in one pass instead.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults = [...document.errors, ...document.warnings].slice(0, MOST_FAULTS);
  if (faults.length > 0) {
    const problems = faults.map(({ code, message, pos }) => {
      const place = placeAt(pos[0]);
      return {
        ...place,
        path: '',
        message: `not YAML: ${WORDS[code] ?? cleanText(message)}`,
        hint: HINTS[code],
      };
    });
    return { tree: undefined, problems };
  }
  return readTree(document.contents, placeAt);
}

/** Line on which nesting goes too deep: the composer behind parseDocument recurses. */
function deepestLine(text: string): number | undefined {
  const parser = new Parser();
  let line = 1;
  for (const lexeme of new Lexer().lex(text)) {
    // Taking the tokens drives the parser; what they are does not matter here.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > MOST_PARSER_DEPTH) return line;
    if (lexeme.includes('\n')) line += lexeme.split('\n').length - 1;
  }
  return undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here',
};
const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'one file holds one policy: take out the line ---',
  BAD_INDENT: 'close each [ and {, and indent the keys of one map alike',
  MISSING_CHAR: 'close what was opened, or put the text in quotes',
};
/** Frames of yaml's parser, which opens two for each level; a good policy needs fewer than 20. */
const MOST_PARSER_DEPTH = 64;
const MOST_FAULTS = 100;
