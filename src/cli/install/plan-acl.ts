import { posix } from 'node:path';
import {
  ACL_BEGINS,
  aclPlace,
  NAME,
  OWN,
  refuseElsewhere,
  refuseTaken,
  type AsteriskConfs,
} from './asterisk-files.ts';
import type { Files, Wish } from './change.ts';
import type { Draft } from './draft.ts';

/**
 * The ACL that bans are written to, and its place in front of chan_pjsip.
 * @param pjsipFile where the section of chan_pjsip goes
 */
export function planAcl(
  draft: Draft,
  files: Files,
  confs: AsteriskConfs,
  wish: Wish,
  pjsipFile: string,
): void {
  const { acl, pjsip } = confs;
  const within = (name: string): string => posix.join(wish.folder, name);
  draft.refuse(...acl.problems);
  refuseElsewhere(draft, confs, 'acl.conf');
  refuseTaken(draft, acl, 'an ACL');
  // Where a person put the include there, the file is his to keep as well.
  if (!acl.includes.some(({ pattern }) => posix.basename(pattern) === OWN.acl)) {
    const place = aclPlace(files, wish.folder);
    if (place !== within(OWN.acl)) draft.note(`in the policy: asterisk-acl: { file: ${place} }`);
    draft.own(place, wish.shipped('asterisk/ghostgate_acl.conf'), {
      style: 'conf',
      owner: 'daemon',
      why: 'the ACL that Ghostgate writes its bans to',
      daemonBegins: ACL_BEGINS,
    });
    // Not #tryinclude: Asterisk 16 rewrites that as #include (dialplan/asterisk/acl.conf).
    const line = `#include ${posix.relative(wish.folder, place)}`;
    draft.edit(within('acl.conf'), 'conf', { at: 'end', lines: [line] }, 'reads the ACL');
  }
  draft.reload('asterisk', '-rx', 'module reload acl');
  // A chan_pjsip that is not there needs none.
  if (pjsip.texts.size === 0) return;
  draft.refuse(...pjsip.problems);
  refuseElsewhere(draft, confs, 'pjsip.conf');
  refuseTaken(draft, pjsip, 'a section');
  const section = [`[${NAME}]`, 'type = acl', `acl = ${NAME}`];
  const why = 'puts the ACL in front of chan_pjsip: 403 for whom it denies';
  draft.edit(within(pjsipFile), 'conf', { at: 'end', lines: section }, why);
  draft.reload('asterisk', '-rx', 'module reload res_pjsip_acl.so');
}
