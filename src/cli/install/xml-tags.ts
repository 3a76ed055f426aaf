import { linesOf } from './blocks.ts';

/** A start tag of a configuration of FreeSWITCH. */
export interface XmlTag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Counted from 1. */
  readonly line: number;
  /** Nothing else stands on its line. */
  readonly alone: boolean;
}

/** The start tags of a file, in their order, without those in comments. */
export function xmlTags(text: string): XmlTag[] {
  const lines = linesOf(text);
  // A comment's place is kept, so that lines stay where they are.
  const bare = text.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, (comment) =>
    comment.replaceAll(/[^\n]/g, ' '),
  );
  return [
    ...bare.matchAll(/<([A-Za-z][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/g),
  ].map((match) => {
    const [tag, name = '', attributes = ''] = match;
    const line = bare.slice(0, match.index).split('\n').length;
    return {
      name,
      attributes: Object.fromEntries(
        [...attributes.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
          ([, key = '', double, single]) => [key, double ?? single ?? ''],
        ),
      ),
      line,
      alone: (lines[line - 1] ?? '').trim() === tag,
    };
  });
}
