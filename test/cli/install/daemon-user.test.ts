import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daemonUser } from '../../../src/cli/install/daemon-user.ts';
import { planAsterisk } from '../../../src/cli/install/plan-asterisk.ts';
import { afterOf, asteriskOf, filesOf, PLAIN, wishOf } from './files.ts';

const PASSWD =
  'root:x:0:0:root:/root:/bin/bash\nghostgate:x:107:113::/var/lib/ghostgate:/bin/false\n';

test('the daemon’s user is known by his name alone', () => {
  const rows: [string | undefined, object | undefined][] = [
    [PASSWD, { uid: 107, gid: 113 }],
    ['ghostgate-x:x:1:1:::\nx:ghostgate:2:2:::\n', undefined],
    ['ghostgate:x:-1:0:::\n', undefined],
    [undefined, undefined],
  ];
  for (const [text, want] of rows) assert.deepEqual(daemonUser({ read: () => text }), want, text);
});

test('where he is, the ACL lies in a folder of his own, and is included from there', () => {
  for (const [passwd, place] of [
    [PASSWD, 'ghostgate/ghostgate_acl.conf'],
    ['root:x:0:0:root:/root:/bin/bash\n', 'ghostgate_acl.conf'],
  ] as const) {
    const texts = { ...asteriskOf({ ...PLAIN, 'acl.conf': '' }), '/etc/passwd': passwd };
    const plan = planAsterisk(filesOf(texts), wishOf());
    assert.deepEqual(plan.refusals, []);
    const after = afterOf(texts, plan);
    assert.ok(after['/etc/asterisk/acl.conf']?.includes(`#include ${place}\n`));
    assert.match(after[`/etc/asterisk/${place}`] ?? '', /^; This file belongs to Ghostgate/);
    // Again changes nothing.
    assert.ok(
      planAsterisk(filesOf(after), wishOf()).changes.every((each) => each.now === each.after),
    );
  }
});
