import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SipEvent } from '../../src/event/sip-event.ts';
import { prefixTable } from '../../src/event/network.ts';
import { source } from '../../src/event/source.ts';
import { frameReader } from '../../src/pbx/asterisk/frame.ts';
import { wanted } from '../../src/pbx/asterisk/routes.ts';
import { SECURITY_EVENTS } from '../../src/pbx/asterisk/security-shape.ts';
import { translateSecurity } from '../../src/pbx/asterisk/translate.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { fromRoot } from '../root.ts';
import { summarise } from '../pbx/freeswitch/golden-summary.ts';
import { court, START, trunk, worldOf } from './fixture.ts';
import { ENV, policyFolder } from '../policy/folder.ts';

const asterisk = fromRoot('test', 'captures', 'asterisk');
const freeswitch = fromRoot('test', 'captures', 'freeswitch');
/** Phones of the captures' site; some of them mistype a password. */
const GOOD = /^198\.18\.(1[23]|[23])\./;
const world = worldOf({
  trunks: prefixTable([
    ['198.18.12.1', trunk()],
    ['198.18.2.1', trunk()],
  ]),
});

test('the rules that ship shut out no good source of any capture, and scanners by these', async (t) => {
  const { folder } = policyFolder(t, 'good');
  const loaded = await loadPolicy(join(folder, 'good/least.yaml'), ENV);
  assert.ok('policy' in loaded, JSON.stringify(loaded));
  const rules = new Map<string, string[]>();
  for (const [name, events] of [...asteriskCaptures(), ...freeswitchCaptures()]) {
    const { see } = court(loaded.policy, world);
    for (const [at, event] of events.entries()) {
      const { answer, rule, why } = see({ ...event, seenAt: START + at * 5 });
      if (answer !== 'ban') continue;
      assert.doesNotMatch(event.source.address, GOOD, `${name}: ${why}`);
      rules.set(rule, [...(rules.get(rule) ?? []), name]);
    }
  }
  const scans = (rule: string) => (rules.get(rule) ?? []).filter((name) => /svmap|toll/.test(name));
  assert.deepEqual(scans('number-sweep'), ['tollfraud-internal.json.txt']);
  assert.deepEqual(
    scans('scanner-shape'),
    ['16', '22'].flatMap((version) =>
      ['invite', 'options'].map((method) => `${version}-pjsip-svmap-${method}-noanon.ami.txt`),
    ),
  );
});

function asteriskCaptures(): [string, SipEvent[]][] {
  return (
    readdirSync(asterisk)
      .filter((file) => file.endsWith('.ami.txt'))
      // Forged events name the trunk and the resolver: none of our filters stands before these.
      .filter((file) => !/inject|hdrinj/.test(file))
      .map((file) => [file, eventsOf(readFileSync(join(asterisk, file)))])
  );
}

function freeswitchCaptures(): [string, SipEvent[]][] {
  return readdirSync(freeswitch)
    .filter((file) => file.endsWith('.json.txt'))
    .map((file) => [file, summarise(readFileSync(join(freeswitch, file))).events]);
}

/** Security events in their order; a hint is what the PBX confirms. */
function eventsOf(capture: Buffer): SipEvent[] {
  const events: SipEvent[] = [];
  const reader = frameReader(
    {
      frame(frame) {
        if (frame.kind !== 'event' || !SECURITY_EVENTS.has(frame.name)) return;
        const news = translateSecurity(frame, 'lab', START);
        if (news === undefined || 'refused' in news) return;
        if ('event' in news) events.push(news.event);
        else events.push(registered(news.hint));
      },
      refused: () => undefined,
    },
    { wants: wanted },
  );
  reader.push(capture);
  return events;
}

function registered({ account, address }: { account: string; address: string }): SipEvent {
  return {
    kind: 'registered',
    pbx: 'lab',
    seenAt: START,
    source: source(address),
    proof: 'proven',
    account,
  };
}
