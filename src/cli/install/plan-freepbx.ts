import { posix } from 'node:path';
import { OWN, readAsterisk, type AsteriskConfs } from './asterisk-files.ts';
import type { Files, Plan, Wish } from './change.ts';
import { lastOf, placeText, type Conf } from './conf.ts';
import { pjsipDoors } from './doors-pjsip.ts';
import { sipDoors } from './doors-sip.ts';
import { newDraft, type Draft } from './draft.ts';
import { freepbxSign } from './freepbx-sign.ts';
import { planAcl } from './plan-acl.ts';
import { planAmiSecrets } from './plan-asterisk.ts';
import { planGateFile } from './plan-gate.ts';
import { planManagerCustom } from './plan-manager.ts';
import { planTokenCustom } from './plan-token.ts';

/**
 * Everything a FreePBX needs. It writes its files anew with every "Apply Config"; only those it
 * leaves to others are touched (what it includes stands in FreePBX/core etc/extensions.conf and
 * functions.inc/drivers/PJSip.class.php, FreePBX/framework amp_conf/astetc/manager.conf and
 * extensions.class.php).
 */
export function planFreepbx(files: Files, wish: Wish): Plan {
  const draft = newDraft(files);
  if (freepbxSign(files, wish.folder) === undefined) {
    const hint = 'ghostgate install asterisk, or name the folder: --etc /etc/asterisk';
    draft.refuse({ where: wish.folder, what: 'there is no FreePBX here', hint });
    return draft.plan();
  }
  const confs = readAsterisk(files, wish.folder);
  const custom: [Conf, string][] = [[confs.manager, 'manager_custom.conf']];
  planAmiSecrets(draft, wish);
  planManagerCustom(draft, confs, wish);
  if (!wish.without.includes('token')) {
    custom.push([confs.extensions, 'globals_custom.conf']);
    planTokenCustom(draft, confs, wish);
  }
  if (!wish.without.includes('gate')) {
    custom.push([confs.extensions, 'extensions_custom.conf']);
    custom.push([confs.extensions, 'extensions_override_freepbx.conf']);
    planFreepbxGate(draft, confs, wish);
  }
  if (!wish.without.includes('acl')) {
    if (confs.pjsip.texts.size > 0) custom.push([confs.pjsip, 'pjsip_custom.conf']);
    planAcl(draft, files, confs, wish, 'pjsip_custom.conf');
  }
  for (const [conf, name] of custom) requireIncluded(draft, wish, conf, name);
  return draft.plan();
}

/** Where FreePBX lets calls in that no endpoint claims (PJSip.class.php, generateEndpoints). */
const ENTRY = 'from-sip-external';

/** Every way through the entry context, as it ships: whoever is not s goes to s. */
const ENTRY_STEPS: readonly RegExp[] = [
  /^_\.,1,NoOp\(/i,
  /^_\.,n,Set\(DID=/i,
  /^_\.,n,Goto\(s,1\)$/i,
  /^s,1,GotoIf\(\$\["\$\{SIPLANG\}"\s*!=\s*""\]\?setlanguage:checkanon\)$/i,
  /^s,n\(setlanguage\),Set\(CHANNEL\(language\)=\$\{SIPLANG\}\)$/i,
];

/**
 * The gate takes the place of the first step of `s` in the entry context. Its extensions.conf
 * includes extensions_override_freepbx.conf first, for this purpose: of two steps with one number
 * Asterisk keeps the first. `[anonymous](+)` in pjsip.endpoint_custom_post.conf would be simpler,
 * but as soon as anonymous calls are switched off that section is missing, and Asterisk then
 * refuses the whole of pjsip.conf. The entry context has no -custom include.
 */
function planFreepbxGate(draft: Draft, confs: AsteriskConfs, wish: Wish): void {
  const { extensions } = confs;
  const within = (name: string): string => posix.join(wish.folder, name);
  for (const context of wish.gateContexts) {
    const hint = `begin it with Gosub(ghostgate-gate,s,1) in extensions_override_freepbx.conf by hand`;
    draft.refuse({
      where: context,
      what: 'on FreePBX only the gate of anonymous calls can be placed',
      hint,
    });
  }
  const entries = extensions.sections.filter(({ name }) => name === ENTRY);
  const [shipped, ...more] = entries;
  const steps = (shipped?.variables ?? [])
    .filter(({ name }) => name === 'exten')
    .map(({ value }) => value);
  const known =
    more.length === 0 &&
    ENTRY_STEPS.every((step, at) => step.test(steps[at] ?? '')) &&
    steps.slice(ENTRY_STEPS.length).every((step) => /^(?:s,(?!1,)|[hit],)/.test(step));
  if (!known) {
    const where = shipped === undefined ? within('extensions.conf') : placeText(more[0] ?? shipped);
    const hint = 'add --without gate, and begin it with Gosub(ghostgate-gate,s,1) by hand';
    draft.refuse({ where, what: `[${ENTRY}] is not as FreePBX ships it`, hint });
  }
  noteOtherDoors(draft, confs);
  planGateFile(draft, confs, wish);
  draft.own(within(OWN.contexts), STEP, {
    style: 'conf',
    owner: 'pbx',
    why: 'passes the gate, then does what the replaced step did',
  });
  const includes = [`#include ${OWN.gate}`, `#include ${OWN.contexts}`];
  draft.edit(
    within('extensions_custom.conf'),
    'conf',
    { at: 'end', lines: includes },
    'reads the gate',
  );
  const override = [`[${ENTRY}]`, 'exten => s,1,Gosub(ghostgate-freepbx,s,1)'];
  const why = `the gate is the first step of ${ENTRY}, before FreePBX does anything with the call`;
  draft.edit(
    within('extensions_override_freepbx.conf'),
    'conf',
    { at: 'end', lines: override },
    why,
  );
}

/** The step it replaces skips the next one, setlanguage, where no language is set. */
const STEP = `; Made by ghostgate install. The step that this one replaces goes to setlanguage when SIPLANG is
; set, and else past it: with the language the channel has already, setlanguage changes nothing.
[ghostgate-freepbx]
exten => s,1,Gosub(ghostgate-gate,s,1)
 same => n,ExecIf($["\${SIPLANG}" = ""]?Set(SIPLANG=\${CHANNEL(language)}))
 same => n,Return()
`;

/** Ways in that lead elsewhere are FreePBX's own to close: they are told, not changed. */
function noteOtherDoors(
  draft: Draft,
  { pjsip, wizard, sorcery, sip, users, extconfig }: AsteriskConfs,
): void {
  const found = [
    ...pjsipDoors({ pjsip, wizard, sorcery }, []).doors,
    ...sipDoors({ sip, users, extconfig }, []).doors,
  ];
  for (const { context, section, why } of found.filter((door) => door.context !== ENTRY)) {
    const anonymous = /^(?:anonymous|general)/.test(section.name);
    if (anonymous) {
      const hint = 'set it back in the SIP settings, or add --without gate';
      const where = placeText(lastOf(section, 'context') ?? section);
      draft.refuse({ where, what: `anonymous calls go to ${context} instead of ${ENTRY}`, hint });
    } else {
      draft.note(
        `not behind the gate: ${why}, and calls into ${context}. A trunk should authenticate, or be identified by address alone`,
      );
    }
  }
}

function requireIncluded(draft: Draft, { folder }: Wish, conf: Conf, name: string): void {
  if (conf.includes.some(({ pattern }) => posix.basename(pattern) === name)) return;
  const hint = 'fwconsole reload makes FreePBX write its files anew';
  draft.refuse({
    where: posix.join(folder, name),
    what: 'FreePBX does not include this file',
    hint,
  });
}
