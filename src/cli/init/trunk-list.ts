import { cleanText } from '../../event/text.ts';
import { isNobodys, sourceText } from '../../pbx/trunk-source.ts';
import type { FoundTrunk, FoundTrunks } from './found.ts';

/** Trunks while they are being found; sources of one name come together. */
export interface TrunkList {
  /**
   * @param texts addresses, prefixes, host names or URIs, as the PBX has them
   * @param from where, like `/etc/asterisk/pjsip.conf:12`
   */
  add(name: string, texts: readonly string[], from: string): void;
  note(text: string): void;
  /** Reports whether a trunk has this source already. */
  has(text: string): boolean;
  found(): FoundTrunks;
}

export function trunkList(): TrunkList {
  const byName = new Map<string, { sources: Set<string>; from: string }>();
  const notes = new Set<string>();
  const known = new Set<string>();
  const note = (text: string): void => void notes.add(cleanText(text, 300) ?? '');

  return {
    note,
    has: (text) => known.has(sourceText(text) ?? ''),
    add(name, texts, from) {
      for (const text of texts.filter((each) => each.trim() !== '')) {
        const source = sourceText(text);
        if (source === undefined || isNobodys(source)) {
          note(`${from}: ${name}: no source that a policy takes: ${text}`);
          continue;
        }
        // Of two trunks with one source the policy needs one: both are let in by it.
        if (known.has(source) && byName.get(name)?.sources.has(source) !== true) continue;
        known.add(source);
        const trunk = byName.get(name) ?? { sources: new Set<string>(), from };
        trunk.sources.add(source);
        byName.set(name, trunk);
      }
    },
    found: () => ({ trunks: named([...byName]), notes: [...notes] }),
  };
}

/** A name that policies take, made from one that they may not. */
export function policyName(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return plain.slice(0, 60).replace(/-+$/, '');
}

function named(list: readonly [string, { sources: Set<string>; from: string }][]): FoundTrunk[] {
  const taken = new Set<string>();
  return list.map(([text, { sources, from }], at) => {
    const plain = policyName(text);
    const name = plain === '' || taken.has(plain) ? `${plain || 'trunk'}-${at + 1}` : plain;
    taken.add(name);
    return { name, sources: [...sources], from: cleanText(from, 200) ?? '' };
  });
}
