import { Marked, type Token } from 'marked';

export interface Heading {
  readonly depth: number;
  readonly text: string;
  /** As code forges make it, so that one link works there and on the site. */
  readonly anchor: string;
}

/** Everything that the site and the check of its links must know of one Markdown text. */
export interface Parsed {
  readonly title: string;
  readonly headings: readonly Heading[];
  /** Targets of links and images, as written. */
  readonly links: readonly string[];
  readonly tokens: readonly Token[];
}

export function parseMarkdown(text: string): Parsed {
  const marked = new Marked({ gfm: true });
  const tokens = marked.lexer(text);
  const headings: Heading[] = [];
  const links: string[] = [];
  const anchors = new Map<string, number>();
  void marked.walkTokens(tokens, (token) => {
    if (token.type === 'link' || token.type === 'image') links.push(String(token['href']));
    if (token.type !== 'heading' || token.tokens === undefined) return;
    const words = plainText(token.tokens);
    headings.push({
      depth: Number(token['depth']),
      text: words,
      anchor: anchorFor(words, anchors),
    });
  });
  return { title: headings[0]?.text ?? '', headings, links, tokens };
}

/** Words of a heading without its marks. */
export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if ('tokens' in token && token.tokens !== undefined) return plainText(token.tokens);
      return 'text' in token ? String(token.text) : '';
    })
    .join('');
}

/** The second heading of the same words gets `-1` behind it. */
export function anchorFor(words: string, used: Map<string, number>): string {
  const plain = words.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
  const anchor = plain.trim().replaceAll(/\s/g, '-');
  const before = used.get(anchor) ?? 0;
  used.set(anchor, before + 1);
  return before === 0 ? anchor : `${anchor}-${before}`;
}
