import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { install } from '../../../src/cli/install.ts';
import { rowUuid } from '../../../src/cli/install/row.ts';
import { uninstall } from '../../../src/cli/uninstall.ts';
import { fromRoot } from '../../root.ts';
import { recorder } from '../recorder.ts';
import { startPostgres } from './postgres.ts';

const ALL = 'SELECT row_to_json(d) FROM v_dialplans d ORDER BY dialplan_uuid;';
const OURS = rowUuid('public');

test('FusionPBX on a real PostgreSQL: the gate is a row of its dialplan, and goes again', async (t) => {
  const postgres = startPostgres(t);
  if (typeof postgres === 'string') return t.skip(postgres);
  const { sql, socket } = postgres;
  const site = newSite(
    t,
    `database.0.host = ${socket}\ndatabase.0.password = ${postgres.password}`,
  );

  const wrong = await site.install('--yes');
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.error,
    /config.conf: there is no table v_dialplans\n {2}Try: .*--without gate/,
  );
  sql(readFileSync(fromRoot('test/cli/install/fusionpbx.sql'), 'utf8'));
  const before = sql(ALL);

  await t.test('a diff first, nothing without a yes', async () => {
    for (const more of [['--dry-run'], [], ['--json']]) {
      const { out } = await site.install(...more);
      assert.match(out, /\+dialplan_order: 5/);
      assert.match(out, /\+<extension name=\\?"ghostgate\\?">/);
      assert.ok(!out.includes(postgres.password) && !out.includes('esl-pw'));
    }
    assert.equal(sql(ALL), before);
  });

  await t.test('when the row cannot be written, no file is either', async () => {
    sql(`CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''not now''; END';
      CREATE TRIGGER no BEFORE INSERT ON v_dialplans FOR EACH ROW EXECUTE FUNCTION no();`);
    const { code, error } = await site.install('--yes');
    assert.equal(code, 1);
    assert.match(error, /psql: ERROR: {2}not now/);
    assert.ok(!existsSync(site.path('secrets/esl.password')));
    assert.equal(sql(ALL), before);
    sql('DROP TRIGGER no ON v_dialplans;');
  });

  await t.test('written, first in its context, once', async () => {
    const { code, out, error } = await site.install('--yes');
    assert.equal(code, 0, error);
    assert.match(
      out,
      /Now make the PBX read it:\n {2}find \S+cache -maxdepth 1 .*'dialplan.public\*'/,
    );
    const first = `SELECT dialplan_name, dialplan_order, dialplan_enabled, domain_uuid IS NULL, hostname IS NULL
      FROM v_dialplans WHERE dialplan_context = 'public' AND dialplan_enabled = true
      ORDER BY dialplan_order LIMIT 1;`;
    assert.equal(sql(first).trim(), 'ghostgate|5|t|t|t');
    const xml = sql(`SELECT dialplan_xml FROM v_dialplans WHERE dialplan_uuid = '${OURS}';`);
    assert.match(xml, /^<extension name="ghostgate">\n {2}<condition[^]*<\/extension>\n$/);
    assert.ok(!xml.includes('<!--') && !xml.includes('include'));
    const held = sql(ALL);
    assert.match((await site.install('--yes')).out, /^already installed/);
    assert.equal(sql(ALL), held);
  });

  await t.test('an older one of ours is brought up to date', async () => {
    sql(`UPDATE v_dialplans SET dialplan_order = 4.5 WHERE dialplan_name = 'first';`);
    const { code, out, error } = await site.install('--yes', '--reload');
    assert.equal(code, 0, error);
    assert.match(out, /-dialplan_order: 5\n\+dialplan_order: 4\n/);
    const order = `SELECT dialplan_order FROM v_dialplans WHERE dialplan_uuid = '${OURS}';`;
    assert.equal(sql(order).trim(), '4');
    assert.ok(!existsSync(site.path('cache/dialplan.public')), 'no longer cached');
    assert.ok(!existsSync(site.path('cache/dialplan.public.4930123')));
    assert.ok(existsSync(site.path('cache/dialplan.other')));
    sql(`UPDATE v_dialplans SET dialplan_order = 10 WHERE dialplan_name = 'first';`);
  });

  await t.test('what somebody changed is left, and told', async () => {
    sql(`UPDATE v_dialplans SET dialplan_enabled = false WHERE dialplan_uuid = '${OURS}';`);
    const again = await site.install('--yes');
    assert.equal(again.code, 1);
    assert.match(again.error, /changed by somebody else\n {2}Try: undo/);
    const left = await site.uninstall('--yes');
    assert.equal(left.code, 1);
    assert.match(left.out, /left as it is: was changed since[^]*-dialplan_enabled: false/);
    assert.match(sql(ALL), new RegExp(OURS));
    sql(`UPDATE v_dialplans SET dialplan_enabled = true WHERE dialplan_uuid = '${OURS}';`);
  });

  await t.test('where the database cannot be reached, the row is left and told', async () => {
    const text = readFileSync(site.path('config.conf'), 'utf8');
    writeFileSync(site.path('config.conf'), text.replace(socket, '/nonexistent'));
    const { code, out } = await site.uninstall('--dry-run');
    assert.equal(code, 1);
    assert.match(out, /left as it is: psql: [^]*Try: see that FusionPBX’s database answers/);
    writeFileSync(site.path('config.conf'), text);
  });

  await t.test('deleted, and nothing else', async () => {
    assert.match((await site.uninstall('--dry-run')).out, new RegExp(`${OURS}: removed`));
    const { code, out, error } = await site.uninstall('--yes');
    assert.equal(code, 0, error);
    assert.match(out, /Restored\. Now make[^]*find/);
    assert.equal(sql(ALL), before);
    assert.match((await site.uninstall('--yes')).out, /nothing is installed/);
  });

  await t.test(
    'further contexts, --without gate takes them back, a row too low is refused',
    async () => {
      sql(`UPDATE v_sip_profile_settings SET sip_profile_setting_value = 'from-carrier';`);
      const told = await site.install('--yes');
      assert.match(told.out, /gate:\s+from-carrier/);
      assert.equal((await site.install('--yes', '--gate-context', 'from-carrier')).code, 0);
      const contexts = `SELECT dialplan_context FROM v_dialplans WHERE dialplan_name = 'ghostgate' ORDER BY 1;`;
      assert.equal(sql(contexts), 'from-carrier\npublic\n');
      assert.equal((await site.install('--yes', '--without', 'gate')).code, 0);
      assert.equal(sql(ALL), before);
      sql(`UPDATE v_dialplans SET dialplan_order = 0 WHERE dialplan_name = 'first';`);
      assert.match((await site.install('--yes')).error, /order 0 stands there/);
      sql(`UPDATE v_dialplans SET dialplan_order = 10 WHERE dialplan_name = 'first';`);
    },
  );

  await t.test('the table of an older version, where true is a text', async () => {
    const columns = ['dialplan_destination', 'dialplan_continue', 'dialplan_enabled'];
    sql(columns.map((name) => `ALTER TABLE v_dialplans ALTER ${name} TYPE text;`).join('\n'));
    const { code, error } = await site.install('--yes');
    assert.equal(code, 0, error);
    assert.match((await site.install('--yes')).out, /^already installed/);
    const enabled = `SELECT dialplan_enabled FROM v_dialplans WHERE dialplan_uuid = '${OURS}';`;
    assert.equal(sql(enabled).trim(), 'true');
    assert.equal((await site.uninstall('--yes')).code, 0);
  });

  await t.test('a table that is not known is refused', async () => {
    sql('ALTER TABLE v_dialplans ADD site text NOT NULL DEFAULT 1;');
    assert.equal((await site.install('--dry-run')).code, 0, 'what has a default does no harm');
    sql('ALTER TABLE v_dialplans ALTER site DROP DEFAULT;');
    assert.match((await site.install('--yes')).error, /wants a value for site/);
    sql('ALTER TABLE v_dialplans DROP site, DROP hostname;');
    assert.match((await site.install('--yes')).error, /no column hostname/);
  });

  await t.test('a wrong password is told, and not shown', async () => {
    site.config(`database.0.host = ${socket}\ndatabase.0.password = wrong-one`);
    const { code, error } = await site.install('--yes');
    assert.equal(code, 1);
    assert.match(error, /password authentication failed[^]*--without gate/);
    assert.ok(!error.includes('wrong-one'));
  });
});

function newSite(t: TestContext, database: string) {
  const root = mkdtempSync(join(tmpdir(), 'gg-fusion-'));
  t.after(() => rmSync(root, { recursive: true }));
  const path = (name: string): string => join(root, name);
  mkdirSync(path('cache'));
  for (const name of ['public', 'public.4930123', 'other'])
    writeFileSync(path(`cache/dialplan.${name}`), '');
  const config = (lines: string): void =>
    writeFileSync(
      path('config.conf'),
      `database.0.type = pgsql\ndatabase.0.name = postgres\ndatabase.0.username = fusionpbx\n${lines}\n` +
        `cache.method = file\ncache.location = ${path('cache')}\nswitch.event_socket.password = esl-pw\n`,
    );
  config(database);
  const state = ['--state', path('state')];
  const places = ['--config', path('config.conf'), '--secrets', path('secrets'), ...state];
  const where = [...places, '--conf', path('none')];
  const nobody = { agrees: async () => undefined };
  return {
    path,
    config,
    async install(...more: string[]) {
      const out = recorder();
      const code = await install(['fusionpbx', ...where, ...more], out, nobody);
      return { code, out: out.written.out, error: out.written.err };
    },
    async uninstall(...more: string[]) {
      const out = recorder();
      const code = await uninstall([...state, ...more], out, nobody);
      return { code, out: out.written.out, error: out.written.err };
    },
  };
}
