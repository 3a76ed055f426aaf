/** One element; its text is not kept, for FreeSWITCH's configuration is attributes alone. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
}

/**
 * Reads one document of elements and attributes, as switch_xml_toxml writes them.
 * Returns undefined for anything else: text that is no such document, a DOCTYPE, an unknown
 * entity, or more elements or depth than any configuration has.
 */
export function parseXml(text: string): XmlElement | undefined {
  const top: Open = { name: '', attributes: new Map(), children: [] };
  const open: Open[] = [top];
  let elements = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, closing, opening, attributes = '', empty] = TOKEN.exec(text) ?? [];
    // Without a match the pattern begins anew at 0: that is text which is none of ours.
    if (TOKEN.lastIndex === 0) return undefined;
    if (closing !== undefined) {
      if (open.length === 1 || open.pop()?.name !== closing) return undefined;
    } else if (opening !== undefined) {
      const read = attributesOf(attributes);
      if (read === undefined || ++elements > MAX_ELEMENTS) return undefined;
      const element: Open = { name: opening, attributes: read, children: [] };
      open.at(-1)?.children.push(element);
      if (empty === '') open.push(element);
      if (open.length > MAX_DEPTH) return undefined;
    }
  }
  return open.length === 1 && top.children.length === 1 ? top.children[0] : undefined;
}

/** Every element of this name anywhere below, in the order of the document. */
export function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...descendants(child, name),
  ]);
}

interface Open extends XmlElement {
  readonly children: XmlElement[];
}

const MAX_ELEMENTS = 500_000;
const MAX_DEPTH = 32;

/** A declaration, a comment, an end tag, a start tag with its attributes, or text. */
const TOKEN =
  /<\?[^>]*>|<!--[\s\S]*?-->|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/gy;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

function attributesOf(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(ATTRIBUTE)) {
    const value = decoded(double ?? single ?? '');
    if (value === undefined || found.has(name)) return undefined;
    found.set(name, value);
  }
  return found;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decoded(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let whole = true;
  const value = text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));|&/gi, (...match) => {
    const [, decimal, hex, name] = match as (string | undefined)[];
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (code <= 0x10_ff_ff) return String.fromCodePoint(code);
    const known = ENTITIES.get(name ?? '');
    whole &&= known !== undefined;
    return known ?? '';
  });
  return whole ? value : undefined;
}
