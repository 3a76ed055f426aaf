import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, Wish } from '../../../src/cli/install/change.ts';
import type { Held, Table } from '../../../src/cli/install/fusionpbx-table.ts';
import { InstallError } from '../../../src/cli/install/install-error.ts';
import { planFreeswitch } from '../../../src/cli/install/plan-freeswitch.ts';
import { planFusionpbx } from '../../../src/cli/install/plan-fusionpbx.ts';
import { rowText, rowUuid, type Row } from '../../../src/cli/install/row.ts';
import { freeswitchLayout } from '../../../src/pbx/freeswitch/layout.ts';
import { afterOf, filesOf, wishOf } from './files.ts';

const CONFIG = '/etc/fusionpbx/config.conf';
const SCRIPT = '/usr/share/freeswitch/scripts/app/xml_handler/resources/scripts';
const SETTINGS = `database.0.type = pgsql
database.0.host = 127.0.0.1
database.0.name = fusionpbx
database.0.username = fusionpbx
database.0.password = db-pw
cache.method = file
cache.location = /var/cache/fusionpbx
switch.conf.dir = /etc/freeswitch
switch.event_socket.port = 8022
switch.event_socket.password = fusion-pw
`;
const TEXTS = {
  [CONFIG]: SETTINGS,
  '/etc/freeswitch/freeswitch.xml': '',
  '/etc/freeswitch/autoload_configs/lua.conf.xml':
    '<param name="xml-handler-bindings" value="configuration,dialplan,directory"/>',
  [`${SCRIPT}/configuration/acl.conf.lua`]: '',
};
const NOTHING: Held = { rows: [], lowest: 10, namesakes: [], doors: ['public'] };

test('FusionPBX: the password is copied, and the gate is one row before every other', () => {
  const plan = planOf({});
  assert.deepEqual(plan.refusals, []);
  const after = { ...TEXTS, '/etc/ghostgate/esl.password': 'fusion-pw\n' };
  assert.deepEqual(afterOf(TEXTS, plan), after);
  const [row] = plan.rows;
  assert.equal(plan.rows.length, 1);
  assert.equal(row?.uuid, rowUuid('public'));
  assert.equal(row.now, undefined);
  const text = rowText(row.after) ?? '';
  for (const line of ['dialplan_context: public', 'dialplan_order: 5', 'dialplan_enabled: true'])
    assert.ok(text.includes(`${line}\n`));
  assert.ok(!/domain_uuid|hostname/.test(text), 'of all domains and servers');
  // What is written goes to psql as arguments.
  assert.match(text, /^[\n -~]*$/);
  assert.deepEqual(
    plan.reload.map((command) => command.join(' ')),
    ['find /var/cache/fusionpbx -maxdepth 1 -type f -name dialplan.public* -delete'],
  );
  assert.match(plan.notes.join('\n'), /port: 8022[^]*the list cannot be installed/);
  const layout = freeswitchLayout(filesOf(TEXTS));
  const refused = planFreeswitch(filesOf(TEXTS), layout, wishOf({ folder: '/etc/freeswitch' }));
  assert.match(refused.refusals[0]?.hint ?? '', /install fusionpbx/);
});

test('FusionPBX: what is there already stays, moves or is refused', () => {
  const made = rowOf(planOf({}));
  const lower = rowOf(planOf({ held: { ...NOTHING, lowest: 2.5 } }));
  assert.equal(lower.dialplan_order, '2');
  const mine = (row: Row): Held => ({ ...NOTHING, rows: [{ row, seen: 'x' }] });
  const off = { ...made, dialplan_enabled: 'false' };
  for (const { what, held, earlier = [], want } of [
    { what: 'the same', held: mine(made), want: [] },
    { what: 'ours, older', held: mine(lower), earlier: [lower], want: [] },
    { what: 'deleted by hand', held: NOTHING, earlier: [made], want: [] },
    { what: 'unknown', held: mine(lower), want: [/did not write it so/] },
    { what: 'changed', held: mine(off), earlier: [made], want: [/changed by somebody/] },
    { what: 'by hand', held: { ...NOTHING, namesakes: ['x'] }, want: [/by hand/] },
    { what: 'nothing before it', held: { ...NOTHING, lowest: 0 }, want: [/order 0 stands/] },
  ]) {
    const plan = planOf({ held, earlier });
    assert.equal(plan.refusals.length, want.length, what);
    for (const [at, each] of want.entries()) assert.match(plan.refusals[at]?.what ?? '', each);
    if (want.length === 0) assert.deepEqual(rowOf(plan), made, what);
  }
  const gone = planOf({ held: mine(made), earlier: [made], wish: { without: ['gate'] } });
  assert.deepEqual(gone.refusals, []);
  assert.equal(gone.rows[0]?.after, undefined);
  assert.equal(gone.rows[0]?.now?.row, made);
});

test('FusionPBX: what is not understood is refused, with the place', () => {
  for (const { what, config = SETTINGS, more = {}, wish = {}, table, want } of [
    {
      what: 'no FusionPBX',
      config: undefined,
      more: { [CONFIG]: undefined },
      want: /no FusionPBX/,
    },
    { what: 'another database', config: less(/pgsql/, 'sqlite'), want: /sqlite: only pgsql/ },
    {
      what: 'no database',
      config: less(/database.0.name.*\n/),
      want: /database.0.name is not set/,
    },
    { what: 'quotes', config: less(/db-pw/, '"db-pw"'), want: /database.0.password holds a quote/ },
    { what: 'context', wish: { gateContexts: ['a*'] }, want: /is not a plain name/ },
    {
      what: 'no handler',
      more: { '/etc/freeswitch/autoload_configs/lua.conf.xml': '<x/>' },
      want: /not asked/,
    },
    {
      what: 'no database there',
      table: () => {
        throw new InstallError('psql: no', 'start it');
      },
      want: /psql: no/,
    },
  ]) {
    const plan = planOf({ texts: { ...TEXTS, [CONFIG]: config, ...more }, wish, look: table });
    assert.equal(plan.refusals.length, 1, what);
    assert.match(plan.refusals[0]?.what ?? '', want, what);
    assert.notEqual(plan.refusals[0]?.hint, '', what);
  }
  // Without the gate nobody asks the database.
  const without = { texts: { ...TEXTS, [CONFIG]: less(/pgsql/, 'mysql') } };
  assert.deepEqual(planOf({ ...without, wish: { without: ['gate'] } }).refusals, []);
  const memcache = planOf({ texts: { ...TEXTS, [CONFIG]: less(/cache.method.*\n/) } });
  assert.deepEqual(memcache.reload, [['fs_cli', '-x', 'memcache flush']]);
  const known = planOf({ texts: { ...TEXTS, [CONFIG]: less(/switch.event_socket.pass.*\n/) } });
  assert.match(known.notes[0] ?? '', /password that everybody knows/);
});

function less(line: RegExp, instead = ''): string {
  return SETTINGS.replace(line, instead);
}

interface Given {
  readonly texts?: Readonly<Record<string, string | undefined>>;
  readonly held?: Held;
  readonly earlier?: readonly Row[];
  readonly wish?: Partial<Wish>;
  readonly look?: Table['look'] | undefined;
}

function planOf({ texts = TEXTS, held = NOTHING, earlier = [], wish = {}, look }: Given): Plan {
  const there: Record<string, string> = {};
  for (const [path, text] of Object.entries(texts)) if (text !== undefined) there[path] = text;
  const table: Table = {
    look: look ?? (() => held),
    write: () => assert.fail('planning writes nothing'),
  };
  const layout = freeswitchLayout(filesOf(there));
  const place = { config: CONFIG, layout, earlier, table: () => table };
  return planFusionpbx(filesOf(there), place, wishOf(wish));
}

function rowOf({ rows }: Plan): Row {
  const row = rows[0]?.after;
  assert.ok(row !== undefined);
  return row;
}
