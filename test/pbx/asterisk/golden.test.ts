import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fromRoot } from '../../root.ts';
import { summarise, type Summary } from './golden-summary.ts';

const folder = fromRoot('test', 'captures', 'asterisk');
const suffix = '.ami.txt';
const captures = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file.
const golden = JSON.parse(
  readFileSync(fromRoot('test', 'captures', 'asterisk', 'golden-events.json'), 'utf8'),
) as Record<string, Summary>;

describe('every capture of Asterisk 16 and 22', () => {
  const found = new Map(
    captures.map((name) => [name, summarise(readFileSync(`${folder}/${name}${suffix}`))]),
  );

  it('has its golden events', () => {
    assert.deepEqual(Object.keys(golden).toSorted(), captures.toSorted());
    for (const [name, summary] of found) assert.deepEqual(summary, golden[name], name);
  });

  it('holds nothing that is refused, where nobody injected anything', () => {
    const honest = [...found].filter(([name]) => !/inject|hdrinj/.test(name));
    assert.ok(honest.length > 160);
    for (const [name, summary] of honest) assert.equal(summary['refused'], undefined, name);
  });

  it('believes no forged event, though nothing filtered it', () => {
    const attacks = [...found].filter(([name]) => /inject|hdrinj/.test(name));
    assert.ok(attacks.length > 25);
    for (const [name, summary] of attacks) {
      // The trunk and the resolver that the forged events name; 11.35 and 11.60 made them all.
      for (const said of Object.keys(summary).filter((one) => one.includes(' from '))) {
        assert.match(said, / from 198\.18\.11\.(35|60) udp forgeable$/, name);
      }
    }
  });

  it('refuses something of each attack that reached the AMI', () => {
    // Where the account is digest text or left encoded, Asterisk prints it harmlessly.
    const harmless = /inject-reg-auth|chansip-inject-.*-noguest/;
    for (const [name, summary] of found) {
      if (!/inject-/.test(name) || (harmless.test(name) && !/reg-full/.test(name))) continue;
      assert.ok((summary['refused'] ?? 0) > 0, name);
    }
  });
});
