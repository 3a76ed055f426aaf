import { posix } from 'node:path';
import type { FreeswitchLayout } from '../../pbx/freeswitch/layout.ts';
import type { Files, Plan, Wish } from './change.ts';
import { newDraft, type Draft } from './draft.ts';
import { fusionpbxConfig, type Database } from './fusionpbx-config.ts';
import type { Table } from './fusionpbx-table.ts';
import { planCache, planRows } from './plan-rows.ts';
import type { Row } from './row.ts';
import { xmlTags } from './xml-tags.ts';

export interface FusionpbxPlace {
  /** The file `config.conf` of FusionPBX. */
  readonly config: string;
  readonly layout: FreeswitchLayout | undefined;
  readonly table: (database: Database) => Table;
  /** Rows as an earlier install left them. */
  readonly earlier: readonly Row[];
}

/**
 * Everything a FusionPBX needs: the password of its event socket is copied to where the policy finds
 * it, and the gate becomes a row of its dialplan. No list can be put in a file, for its database
 * answers for acl.conf (dialplan/freeswitch/README.md).
 */
export function planFusionpbx(files: Files, place: FusionpbxPlace, wish: Wish): Plan {
  const { config, layout } = place;
  const draft = newDraft(files);
  const text = files.read(config);
  if (text === undefined) {
    const hint =
      'ghostgate install freeswitch, or name the file: --config /etc/fusionpbx/config.conf';
    draft.refuse({ where: config, what: 'there is no FusionPBX here', hint });
    return draft.plan();
  }
  const { eventSocket, database, cache } = fusionpbxConfig(text);
  if (eventSocket.password === 'ClueCon') {
    draft.note(
      'the event socket has the password that everybody knows: change it in FusionPBX’s settings and in config.conf together',
    );
  }
  const how = {
    style: 'plain',
    owner: 'secret',
    why: 'password: of the policy, as FusionPBX has it',
  } as const;
  draft.own(posix.join(wish.secretsFolder, 'esl.password'), `${eventSocket.password}\n`, how);
  if (!wish.without.includes('gate') || place.earlier.length > 0) {
    refuseUnasked(draft, files, layout);
    if ('refused' in database)
      draft.refuse({ where: config, what: database.refused, hint: database.hint });
    else planRows(draft, config, place.table(database), wish, place.earlier);
    const gone = place.earlier.map((row) => row.dialplan_context ?? '');
    planCache(draft, cache, [...new Set(['public', ...wish.gateContexts, ...gone])]);
    draft.note(
      'further FreeSWITCHes of the same database keep what they have cached: there, Status → SIP Status → Flush Cache',
    );
  }
  draft.note(
    `in the policy: freeswitch: { host: 127.0.0.1, port: ${eventSocket.port}, … } and enforce: [nftables]`,
  );
  draft.note(
    layout?.acl.from === 'files'
      ? 'acl.conf is read from files here: its steps of dialplan/freeswitch/README.md hold, by hand'
      : 'the list cannot be installed: FusionPBX answers for acl.conf from its database',
  );
  return draft.plan();
}

/** A row that nobody reads would be no gate. */
function refuseUnasked(draft: Draft, files: Files, layout: FreeswitchLayout | undefined): void {
  if (layout === undefined) return;
  const file = posix.join(layout.folder, 'autoload_configs/lua.conf.xml');
  const text = files.read(file);
  if (text === undefined) return;
  const asked = xmlTags(text).some(
    ({ name, attributes }) =>
      name === 'param' &&
      attributes['name'] === 'xml-handler-bindings' &&
      /dialplan/i.test(attributes['value'] ?? ''),
  );
  if (asked) return;
  const hint = 'add dialplan to xml-handler-bindings, or --without gate';
  draft.refuse({ where: file, what: 'the dialplan is not asked of FusionPBX’s handler', hint });
}
