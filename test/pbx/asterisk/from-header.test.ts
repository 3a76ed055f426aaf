import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromOf } from '../../../src/pbx/asterisk/from-header.ts';

test('host and tag of a From header, as far as there are any', () => {
  const table: [string, string | undefined, string | undefined][] = [
    ['"sipvicious" <sip:100@1.1.1.1>;tag=3533643931', '1.1.1.1', '3533643931'],
    ['<sip:anna@pbx.example:5061;transport=tcp>;tag=as4dd36ef2', 'pbx.example', 'as4dd36ef2'],
    ['<sips:[2001:db8::1]:5061>; tag=a', '[2001:db8::1]', 'a'],
    ['sip:100@198.18.0.1;tag=x-1', '198.18.0.1', 'x-1'],
    ['"<sip:a@evil.example>;tag=no" <sip:b@good.example>;tag=yes', 'good.example', 'yes'],
    ['<tel:+31201234567>;tag=z', undefined, 'z'],
    ['<sip:100@1.1.1.1>', '1.1.1.1', undefined],
    ['', undefined, undefined],
  ];
  for (const [header, fromHost, fromTag] of table) {
    assert.deepEqual(fromOf(header), { fromHost, fromTag }, header);
  }
});

test('no text is too strange, and none takes long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      fromOf(text);
      fromOf(`<sip:${text}`);
    }),
  );
  const startedAt = performance.now();
  for (const part of ['sip:', '@', ';tag=', '; ', '<']) fromOf(`<sip:${part.repeat(100_000)}`);
  assert.ok(performance.now() - startedAt < 100);
});
