import { parseNetwork } from '../event/source.ts';
import type { Ban } from '../judge/verdict.ts';

/** What the file keeps of a ban: enough to choose, later, which of too many stay. */
export type AclEntry = Pick<Ban, 'target' | 'since' | 'until' | 'quarantine' | 'by'>;

/**
 * The include file as Asterisk reads it: `permit` of everything first, for the last line that
 * matches wins (main/acl.c, ast_apply_acl), then one `deny` for each ban.
 */
export function aclText(acl: string, entries: readonly AclEntry[]): string {
  const lines = entries.map(({ target, since, until, quarantine, by }) => {
    const kind = quarantine ? 'quarantine' : 'jail';
    return `deny=${withLength(target)} ; ${kind} by ${by} from ${time(since)} until ${time(until)}`;
  });
  return `${HEADER}
[${acl}]
permit=0.0.0.0/0.0.0.0
permit=::/0
${lines.map((line) => `${line}\n`).join('')}`;
}

/** Reports whether a file is ours to write over. */
export function isOurs(text: string): boolean {
  return text.startsWith(HEADER_LINE);
}

/**
 * Reads every `deny` back. One without our comment was put there by hand: it has no end, and the
 * next tick releases it.
 */
export function aclEntries(text: string): AclEntry[] {
  const entries: AclEntry[] = [];
  for (const line of text.split('\n')) {
    const [, written, comment = ''] = /^deny=([0-9a-f.:/]{2,49})(?:\s*;(.*))?$/i.exec(line) ?? [];
    const target = written === undefined ? undefined : parseNetwork(written);
    if (target === undefined) continue;
    const [, kind, by, since, until] = COMMENT.exec(comment) ?? [];
    entries.push({
      target,
      since: Date.parse(since ?? '') || 0,
      until: Date.parse(until ?? '') || Infinity,
      quarantine: kind === 'quarantine',
      by: by === 'hand' ? 'hand' : 'judge',
    });
  }
  return entries;
}

const HEADER_LINE = '; This file belongs to Ghostgate.';
const HEADER = `${HEADER_LINE} It is written anew at every ban: changes made here are lost.
; Asterisk cannot end a ban by itself. If Ghostgate is gone for good, delete the deny lines and
; run \`asterisk -rx "module reload acl"\`.`;
const COMMENT = /^ (jail|quarantine) by (judge|hand) from (\S{20,27}) until (\S{20,27})$/;

/** Asterisk wants a prefix length even for one address. */
function withLength(target: string): string {
  if (target.includes('/')) return target;
  return `${target}/${target.includes(':') ? 128 : 32}`;
}

/** The latest time a Date can tell stands for every later one. */
function time(at: number): string {
  return new Date(Math.min(at, 8.64e15)).toISOString();
}
