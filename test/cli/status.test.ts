import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '../../src/cli/status.ts';
import {
  NOW,
  aFeedsReport,
  aReport,
  aTroubledReport,
  fakeControl,
  served,
} from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

test('all is well', async (context) => {
  const socket = await served(context, fakeControl());
  const output = recorder();
  assert.equal(await status(['--socket', socket], output, NOW), 0);
  assert.equal(
    output.written.out,
    `Ghostgate 0.1.0 at acme-hq: enforce, up for 3h12m

PBX         acme up, Asterisk 22.10.1, since 2026-03-01 11:05 (3h ago)
Gate        acme: 12 known sources go through at once
Enforcer    nftables ok, 1,014 in place; drift: 3 added, 1 released
Enforcer    asterisk-acl ok, 1 in place; drift: 0 added, 0 released
Trunk       gntel, 4 addresses
Lockdown    off
Bans        1,014 in force, 30 of them quarantines
Verdicts    1,204 pass, 12 watch, 33 reject, 14 ban
Calls       900 judged, 47 rejected, 2 rang before they were rejected
Sources     3,112 remembered
Injections  5 attempts to forge events
Policy      /etc/ghostgate/policy.yaml, loaded 2026-03-01 11:05 (3h ago)

All is well.
`,
  );
  assert.equal(output.written.err, '');
});

test('everything is wrong', async (context) => {
  const socket = await served(context, fakeControl({ status: aTroubledReport }));
  const output = recorder();
  assert.equal(await status(['--socket', socket], output, NOW), 1);
  assert.equal(
    output.written.out,
    `Ghostgate 0.1.0 at acme-hq: observe (judges, touches nothing), up for 3h12m

PBX         acme degraded, Asterisk 22.10.1, since 2026-03-01 11:05 (3h ago): no
            right to read security events
PBX         branch refused, Asterisk 22.10.1, since 2026-03-01 11:05 (3h ago):
            wrong secret; 1,501 events lost; link lost 5m ago: the PBX closed
            the connection
Gate        acme: Asterisk would not do DBPut
Enforcer    fail2ban failing, 0 in place; drift: 0 added, 0 released: no socket
            at /run/fail2ban.sock
Trunk       gntel, 0 addresses: DNS does not answer
Lockdown    off
Bans        1,014 in force, 30 of them quarantines
Verdicts    1,204 pass, 12 watch, 33 reject, 14 ban
Calls       900 judged, 47 rejected, 2 rang before they were rejected
Sources     3,112 remembered
Injections  5 attempts to forge events
Policy      /etc/ghostgate/policy.yaml, loaded 2026-03-01 11:05 (3h ago)
Notice      account 201 at 203.0.113.50 fails to register: its password is stale

Something is wrong:
- PBX branch is refused: wrong secret
- enforcer fail2ban is failing: no socket at /run/fail2ban.sock
- PBX acme works in part: no right to read security events
- the gate of acme is not kept: Asterisk would not do DBPut
- trunk gntel: DNS does not answer
- the policy file could not be loaded, the one before stays: policy.yaml:12:7
  trunks[0]: not an address
`,
  );
});

test('--json gives the report and the same exit code', async (context) => {
  const socket = await served(context, fakeControl({ status: aTroubledReport }));
  const output = recorder();
  assert.equal(await status(['--json', '--socket', socket], output, NOW), 1);
  assert.deepEqual(JSON.parse(output.written.out), aTroubledReport());
});

test('what works in part is a fault here, though not for healthz', async (context) => {
  const [link] = aReport().pbxs;
  assert.ok(link);
  const degraded = aReport({ pbxs: [{ ...link, state: 'degraded' }] });
  const socket = await served(context, fakeControl({ status: () => degraded }));
  const output = recorder();
  assert.equal(await status(['--socket', socket], output, NOW), 1);
  assert.match(output.written.out, /Something is wrong:\n- PBX acme works in part\n$/);
});

test('colours come only where they are wanted', async (context) => {
  const socket = await served(context, fakeControl({ status: aTroubledReport }));
  const [plain, coloured] = [recorder(false), recorder(true)];
  await status(['--socket', socket], plain, NOW);
  await status(['--socket', socket], coloured, NOW);
  assert.equal(plain.written.out.includes('\u001b'), false);
  assert.ok(coloured.written.out.includes('\u001b[31mPBX         branch refused'));
  // oxlint-disable-next-line no-control-regex -- these are the colours of our own
  assert.equal(coloured.written.out.replaceAll(/\u001b\[\d+m/g, ''), plain.written.out);
});

test('a feed that is held back is something wrong', async (context) => {
  const report = aReport({ feeds: aFeedsReport() });
  const socket = await served(context, fakeControl({ status: () => report }));
  const output = recorder();
  assert.equal(await status(['--socket', socket], output, NOW), 1);
  assert.match(output.written.out, /^Feed {8}blocklist held, 1,200 entries denied$/m);
  assert.match(output.written.out, /^- feed blocklist is held back: it has 90000 entries/m);
});
