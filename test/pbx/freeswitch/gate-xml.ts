import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { descendants, parseXml, type XmlElement } from '../../../src/pbx/freeswitch/xml.ts';
import { fromRoot } from '../../root.ts';

/** The gate's extension as it ships. */
export function gateExtension(): XmlElement {
  const text = readFileSync(fromRoot('dialplan', 'freeswitch', 'ghostgate.gate.xml'), 'utf8');
  const document = parseXml(text);
  assert.ok(document !== undefined);
  const [extension, ...others] = descendants(document, 'extension');
  assert.ok(extension !== undefined && others.length === 0);
  return extension;
}

/** What the dialplan takes for the /64 and the /48 of an address, by its own expression. */
export function networkKeys(address: string): [string | undefined, string | undefined] {
  const [, sixtyFour, fortyEight] = EXPRESSION.exec(`${address} 1800000000`) ?? [];
  return [sixtyFour, fortyEight];
}

const EXPRESSION = new RegExp(
  descendants(gateExtension(), 'condition')
    .find(({ attributes }) => attributes.get('field') === '${network_addr} ${strepoch()}')
    ?.attributes.get('expression') ?? '',
);
