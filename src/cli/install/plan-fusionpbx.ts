import { posix } from 'node:path';
import type { FreeswitchLayout } from '../../pbx/freeswitch/layout.ts';
import type { Files, Plan, Wish } from './change.ts';
import { newDraft } from './draft.ts';

/**
 * What can be done beside FusionPBX without touching its database: its event socket's password is
 * copied to where the policy finds it. Its configurations come from its database, so that no list
 * and no gate in a file would ever be read (dialplan/freeswitch/README.md).
 * @param config the file `config.conf` of FusionPBX
 */
export function planFusionpbx(
  files: Files,
  config: string,
  layout: FreeswitchLayout | undefined,
  { secretsFolder }: Wish,
): Plan {
  const draft = newDraft(files);
  const text = files.read(config);
  if (text === undefined) {
    const hint =
      'ghostgate install freeswitch, or name the file: --config /etc/fusionpbx/config.conf';
    draft.refuse({ where: config, what: 'there is no FusionPBX here', hint });
    return draft.plan();
  }
  const setting = (name: string): string | undefined =>
    text
      .split('\n')
      .map((line) => /^\s*(switch\.event_socket\.[a-z]{1,20})\s*=\s*(\S{1,200})\s*$/.exec(line))
      .findLast((match) => match?.[1] === `switch.event_socket.${name}`)?.[2];
  const password = setting('password');
  if (password === undefined) {
    const hint = 'set it there and in Advanced → Default Settings together';
    draft.refuse({ where: config, what: 'switch.event_socket.password is not set', hint });
    return draft.plan();
  }
  if (password === 'ClueCon') {
    draft.note(
      'the event socket has the password that everybody knows: change it in FusionPBX’s settings and in config.conf together',
    );
  }
  const how = {
    style: 'plain',
    owner: 'secret',
    why: 'password: of the policy, as FusionPBX has it',
  } as const;
  draft.own(posix.join(secretsFolder, 'esl.password'), `${password}\n`, how);
  draft.note(
    `in the policy: freeswitch: { host: 127.0.0.1, port: ${setting('port') ?? '8021'}, … } and enforce: [nftables]`,
  );
  draft.note(
    layout?.acl.from === 'files'
      ? 'acl.conf is read from files here: the steps of dialplan/freeswitch/README.md hold, by hand'
      : 'list and gate cannot be installed: FusionPBX answers for acl.conf and the dialplan from its database',
  );
  return draft.plan();
}
