import { readFileSync } from 'node:fs';
import { fromRoot } from '../root.ts';
import { asteriskConfig } from './asterisk-config.ts';
import type { Variant } from './variant.ts';

/**
 * The lab's own dialplan, in front of whose strangers and trunk the gate stands as README says;
 * files of /etc/asterisk by name.
 */
export function gatedExtensions(variant: Variant, gated: boolean): Record<string, string> {
  const own = asteriskConfig(variant)['extensions.conf'] ?? '';
  const globals = `[globals]\nGHOSTGATE_TOKEN=${variant.token}\n`;
  const gate = readFileSync(fromRoot('dialplan/asterisk/extensions_ghostgate.conf'), 'utf8');
  const first = 'exten => h,1,NoOp()\nexten => _.,1,Gosub(ghostgate-gate,s,1)\n same => n,Dial';
  const inFront = own.replaceAll(
    /(\[(?:public|from-trunk)\]\n)exten => [^,]+,1,Dial/g,
    (_, context: string) => `${context}${first}`,
  );
  const text = gated ? `${inFront}#include extensions_ghostgate.conf\n` : own;
  return { 'extensions.conf': `${globals}${text}`, 'extensions_ghostgate.conf': gate };
}
