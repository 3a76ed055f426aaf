import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tempFolder } from '../store/temp.ts';
import { collect } from './collect.ts';

const TRUE = '198.51.100.66';
const FALSE = '203.0.113.5';

const prefix = (thread = 18473): string =>
  `[2026-11-25 21:00:00] SECURITY[${thread}] res_security_log.c: `;
const security = (
  account: string,
  { name = 'ChallengeSent', session = '0x7f86', address = TRUE, more = ',Challenge="0a"' } = {},
): string =>
  `SecurityEvent="${name}",EventTV="2026-11-25T21:00:00.000+0000",Severity="Informational",Service="SIP",EventVersion="1",AccountID="${account}",SessionID="${session}",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/${address}/5060"${more}`;
const honest = prefix() + security('100');
const notice = (from: string, address = TRUE): string =>
  `[2026-11-25 21:00:00] NOTICE[7][C-0000000d] chan_sip.c: Registration from '${from}' failed for '${address}:5060' - Wrong password`;
const pjsip = (from: string, callId: string): string =>
  `[2026-11-25 21:00:00] NOTICE[9] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '${from}' failed for '${TRUE}:5060' (callid: ${callId}) - No matching endpoint found`;
const UUID = '8a3a6a3e-23c5-4b3c-9d53-111111111111';
const fs = (user: string, before = ''): string =>
  `${before}2026-11-25 21:00:00.000000 99.00% [WARNING] sofia_reg.c:1787 SIP auth failure (REGISTER) on sofia profile 'internal' for [${user}@pbx] from ip ${TRUE}`;

/** Text of a log, and whose address its events may name. None may ever name FALSE. */
const logs: readonly [string, string, number][] = [
  ['an honest security line', honest, 1],
  [
    'an account that closes its field',
    prefix() + security(`","RemoteAddress="IPV4/UDP/${FALSE}/1`),
    0,
  ],
  [
    'an account that holds all fields that follow',
    prefix() +
      security(
        `x",SessionID="0x1",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/${FALSE}/5060",Challenge="`,
      ),
    0,
  ],
  [
    'a Call-ID that closes its field',
    prefix() + security('1', { session: `x",RemoteAddress="IPV4/UDP/${FALSE}/5` }),
    0,
  ],
  ['a field twice', prefix() + security('1', { more: `,Challenge="a",Challenge="b"` }), 0],
  ['a foreign field', prefix() + security('1', { more: `,Challenge="a",Evil="b"` }), 0],
  [
    'a whole line between the halves of another',
    `${prefix()}${security(`x\n${notice('a', FALSE)}\ny`)}`,
    0,
  ],
  [
    'whole lines, the halves made whole as well',
    prefix() +
      security(
        `x",SessionID="0x1",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/${FALSE}/5060",Challenge="1"\n${prefix(7)}${security('100', { name: 'InvalidPassword', address: FALSE, more: ',Challenge=""' })}\n${prefix(7)}SecurityEvent="ChallengeSent",EventTV="2026-11-25T21:00:00.000+0000",Severity="Informational",Service="SIP",EventVersion="1",AccountID="y`,
      ),
    0,
  ],
  ['an honest NOTICE of chan_sip', notice('"A" <sip:100@pbx>'), 1],
  ['a From that ends the sentence', notice(`x' failed for '${FALSE}:5060' - Wrong password`), 1],
  ['an honest NOTICE of chan_pjsip', pjsip('"A" <sip:100@pbx>', 'abc@x'), 1],
  [
    'a display name that ends the sentence',
    pjsip(
      `"x' failed for '${FALSE}:5060' (callid: 1) - No matching endpoint found" <sip:1@pbx>`,
      'a',
    ),
    0,
  ],
  [
    'a Call-ID that ends the sentence',
    pjsip(
      '<sip:1@pbx>',
      `x) - No matching endpoint found' from 'a' failed for '${FALSE}:5060' (callid: y`,
    ),
    0,
  ],
  ['an honest line of FreeSWITCH', fs('100'), 1],
  ['a user that ends the sentence', fs(`100@x] from ip ${FALSE}`), 1],
  ['a line in the name of a call', fs('1', `${UUID} `).replace(TRUE, FALSE), 0],
  ['a line cut by a name', fs(`a\n${fs('1').replace(TRUE, FALSE)}\nb`), 0],
];

for (const [name, text, events] of logs) {
  test(`a log with ${name}`, async (t) => {
    const { records, counts } = await read(t, text);
    const named = records.flatMap((one) => ('event' in one ? [one.event.source.address] : []));
    assert.ok(!named.includes(FALSE), JSON.stringify(records));
    assert.equal(named.length, events, JSON.stringify(counts.refused));
    assert.ok(named.every((address) => address === TRUE));
    if (events === 0) assert.ok(Object.values(counts.refused).length > 0, 'it is counted');
  });
}

test('what stood close before a trace of forging is left out, what was far before stays', async (t) => {
  const far = Array.from({ length: 40 }, () => honest).join('\n');
  const { records, counts } = await read(t, `${far}\n${prefix()}${security(`x\ny`)}`);
  const events = records.filter(({ record }) => record === 'event').length;
  assert.ok(events > 20 && events < 40, `${events} of 40`);
  assert.equal((counts.refused.tainted ?? 0) + events, 40);
});

test('a restart brings a new thread, told by its first line or by its constancy', async (t) => {
  const told = `${honest}\n[2026-11-25 21:00:00] Asterisk 22.1.0 built by a @ b on x\n${prefix(9)}${security('1')}`;
  assert.equal((await read(t, told)).counts.events, 2);
  const untold = [1, 2, 3, 4, 5].map((at) => prefix(9) + security(`${at}`)).join('\n');
  const { counts } = await read(t, `${honest}\n${untold}`);
  assert.deepEqual([counts.events, counts.refused['foreign-thread']], [2, 3]);
});

test('the messages log counts only where there is no security log', async (t) => {
  assert.equal((await read(t, `${notice('a')}\n${notice('b')}`)).counts.events, 2);
  const { counts } = await read(t, `${notice('a')}\n${honest}`);
  assert.deepEqual([counts.events, counts.refused['told-twice']], [1, 1]);
});

test('an answered challenge is a registration, for an hour', async (t) => {
  const right = prefix() + security('214', { name: 'SuccessfulAuth', more: ',UsingPassword="1"' });
  const later = honest.replaceAll('21:00:00', '23:00:00');
  const { records } = await read(t, `${right}\n${right}\n${later}`);
  const live = records.flatMap((one) => ('live' in one ? [one.live.length] : []));
  assert.deepEqual(live, [1, 0]);
});

test('dates of all forms, gzip, and lines without an end', async (t) => {
  const forms = [
    notice('a'),
    notice('a').replace('2026-11-25 21:00:00', 'Nov 25 21:00:00'),
    notice('a').replace('2026-11-25 21:00:00', '2026-11-25 21:00:00.123'),
    "Nov 25 21:00:00 pbx asterisk[15006]: NOTICE[15006]: chan_sip.c:28710 in handle_request_register: Registration from 'a' failed for '198.51.100.66:5060' - Wrong password",
    "2026-11-25T21:00:00.123456+01:00 pbx asterisk[15006]: NOTICE[15006][C-0000000a]: chan_sip.c:28710 in handle_request_register: Registration from 'a' failed for '198.51.100.66' - No matching peer found",
    notice('a').replace('chan_sip.c: ', 'chan_sip.c:28710 handle_request_register: '),
  ].join('\n');
  const plain = await read(t, forms);
  assert.equal(plain.counts.events, 6);
  const packed = join(tempFolder(t), 'packed');
  writeFileSync(packed, gzipSync(`${forms}\n${'x'.repeat(300_000)}\n${notice('b')}`));
  const { counts } = await collect(packed);
  assert.deepEqual([counts.events, counts.refused['too-long']], [7, 1]);
});

async function read(t: TestContext, text: string) {
  const file = join(tempFolder(t), 'log');
  writeFileSync(file, text);
  return await collect(file);
}
