import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import { crowdsec } from '../../src/enforce/crowdsec.ts';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import { ban, enforcerContract, held } from './contract.ts';
import { crowdsecServer, type CrowdsecPlace } from './crowdsec-server.ts';

enforcerContract('crowdsec', { place: crowdsecServer, expiry: 'own', keeps: true });

test('crowdsec: bouncers hear of each ban, and an alert tells its rule and why', (t) =>
  withServer(t, async ({ heard, cscli, ...place }) => {
    const enforcer = place.make();
    await enforcer.open();
    const targets = ['203.0.113.9', '2001:db8:1:2::/64', '10.1.0.0/16'];
    await enforcer.ban(targets.map((target) => ban(target)));
    const words = ['Ip 203.0.113.9', 'Range 10.1.0.0/16', 'Range 2001:db8:1:2::/64'];
    assert.deepEqual(await heard(), words);
    const alerts = cscli('alerts', 'list', '--all', '-o', 'json');
    assert.match(alerts, /"scenario":"?\s*"?ghostgate\/stranger-call/);
    assert.match(alerts, /called from an unknown source/);
    await enforcer.release(targets);
    assert.deepEqual(await heard(), []);
    const many = Array.from({ length: 30 }, (_, at) => `10.7.0.${at}`);
    await enforcer.ban(many.map((target) => ban(target)));
    assert.equal((await heard()).length, 30, 'a restore is heard as well');
  }));

test('crowdsec: decisions of others stay, and are none of ours', (t) =>
  withServer(t, async ({ heard, cscli, ...place }) => {
    const other = crowdsec({ url: place.url, machine: 'other', password: 'of the test' });
    await other.ban([ban('203.0.113.9'), ban('203.0.113.10')]);
    cscli('decisions', 'add', '--ip', '203.0.113.9', '--duration', '1h');
    const enforcer = place.make();
    await enforcer.ban([ban('203.0.113.9')]);
    assert.deepEqual(await held(enforcer), ['203.0.113.9']);
    await enforcer.release(['203.0.113.9', '203.0.113.10']);
    assert.deepEqual(await held(enforcer), []);
    assert.deepEqual(await held(other), ['203.0.113.10', '203.0.113.9']);
    await other.release(['203.0.113.9', '203.0.113.10']);
    assert.deepEqual(await heard(), ['Ip 203.0.113.9'], "a person's own");
  }));

test('crowdsec: says what to do when it is away, or knows no such machine', async (t) => {
  const away = crowdsec({ url: 'http://127.0.0.1:1', machine: 'ghostgate', password: 'x' });
  await refuses(away.open(), /systemctl status crowdsec/);
  await withServer(t, async (place) => {
    const { url } = place;
    const wrong = crowdsec({ url, machine: 'ghostgate', password: 'wrong' });
    await refuses(wrong.open(), /cscli machines add/);
    await refuses(wrong.ban([ban('203.0.113.9')]), /cscli machines add/);
    assert.deepEqual(await held(place.make()), []);
  });
});

test('crowdsec: logs in again when its token has ended', async () => {
  const asked: string[] = [];
  let tokens = 0;
  await withApi(
    (path, bearer) => {
      asked.push(path.split('?')[0] ?? '');
      if (path === '/v1/watchers/login') return [200, JSON.stringify({ token: `t${++tokens}` })];
      return bearer === 'Bearer t1' ? [401, '{"message":"Token is expired"}'] : [200, 'null'];
    },
    async (url) => {
      const enforcer = crowdsec({ url, machine: 'ghostgate', password: 'x' });
      assert.deepEqual(await held(enforcer), []);
      await enforcer.present();
      const [login, list] = ['/v1/watchers/login', '/v1/alerts'];
      assert.deepEqual(asked, [login, list, login, list, list]);
    },
  );
});

const HOSTILE = [
  ['no JSON', '<html>'],
  ['of another shape', '{"alerts":1}'],
  ['a list of strangers', '[{"decisions":[{"value":"x","duration":"1s","origin":"y"}]}]'],
] as const;

for (const [what, text] of HOSTILE) {
  test(`crowdsec: an answer that is ${what} is refused`, () =>
    withApi(
      (path) => [200, path === '/v1/watchers/login' ? '{"token":"t"}' : text],
      async (url) => {
        const enforcer = crowdsec({ url, machine: 'ghostgate', password: 'x' });
        await assert.rejects(enforcer.present(), EnforceError);
      },
    ));
}

async function withServer(
  t: TestContext,
  check: (place: CrowdsecPlace) => Promise<void>,
): Promise<void> {
  const place = await crowdsecServer();
  if (typeof place === 'string') return t.skip(place);
  try {
    await check(place);
  } finally {
    await place.remove();
  }
}

async function withApi(
  answer: (path: string, bearer: string | undefined) => [status: number, text: string],
  check: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    const [status, text] = answer(request.url ?? '', request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await check(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function refuses(act: Promise<unknown>, hint: RegExp): Promise<void> {
  return assert.rejects(act, (error) => error instanceof EnforceError && hint.test(error.hint));
}
