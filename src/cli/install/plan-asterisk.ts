import { posix } from 'node:path';
import { readAsterisk } from './asterisk-files.ts';
import type { Files, Plan, Wish } from './change.ts';
import { newDraft, type Draft } from './draft.ts';
import { freepbxSign } from './freepbx-sign.ts';
import { planAcl } from './plan-acl.ts';
import { planGate } from './plan-gate.ts';
import { planManager } from './plan-manager.ts';
import { planToken } from './plan-token.ts';

/** Everything a plain Asterisk needs. */
export function planAsterisk(files: Files, wish: Wish): Plan {
  const draft = newDraft(files);
  const sign = freepbxSign(files, wish.folder);
  if (sign !== undefined) {
    const hint = 'ghostgate install freepbx';
    draft.refuse({
      where: sign,
      what: 'FreePBX keeps this Asterisk, and would undo all changes',
      hint,
    });
    return draft.plan();
  }
  if (files.read(posix.join(wish.folder, 'asterisk.conf')) === undefined) {
    const hint = 'name the folder of its configuration: --etc /etc/asterisk';
    draft.refuse({
      where: wish.folder,
      what: 'there is no Asterisk here (no asterisk.conf)',
      hint,
    });
    return draft.plan();
  }
  const confs = readAsterisk(files, wish.folder);
  planAmiSecrets(draft, wish);
  planManager(draft, confs, wish);
  // The gate's end of extensions.conf begins sections of its own: [globals] stands before it.
  if (!wish.without.includes('token')) planToken(draft, confs, wish);
  if (!wish.without.includes('gate')) planGate(draft, confs, wish);
  if (!wish.without.includes('acl')) planAcl(draft, files, confs, wish, 'pjsip.conf');
  return draft.plan();
}

/** Ghostgate's own copies of what Asterisk is told. */
export function planAmiSecrets(draft: Draft, { secretsFolder, secrets, without }: Wish): void {
  const how = { style: 'plain', owner: 'secret' } as const;
  const at = (name: string): string => posix.join(secretsFolder, name);
  draft.own(at('ami.secret'), `${secrets.ami}\n`, { ...how, why: 'secret: of the policy' });
  if (without.includes('token')) return;
  draft.own(at('channel.token'), `${secrets.token}\n`, {
    ...how,
    why: 'channel_token: of the policy',
  });
}
