import { posix } from 'node:path';
import { isKeptOut, OWN, refuseElsewhere, type AsteriskConfs } from './asterisk-files.ts';
import type { Wish } from './change.ts';
import { NO_DOORS, type Door, type Doors } from './doors.ts';
import { pjsipDoors } from './doors-pjsip.ts';
import { sipDoors } from './doors-sip.ts';
import type { Draft } from './draft.ts';

/** The gate on a plain Asterisk: every door leads into a context that passes the gate first. */
export function planGate(draft: Draft, confs: AsteriskConfs, wish: Wish): void {
  const asked = wish.gateContexts;
  const found = {
    pjsip: isKeptOut(confs, 'chan_pjsip.so') ? NO_DOORS : pjsipDoors(confs, asked),
    sip: isKeptOut(confs, 'chan_sip.so') ? NO_DOORS : sipDoors(confs, asked),
  };
  draft.refuse(...found.pjsip.refusals, ...found.sip.refusals);
  if (found.sip.doors.length > 0) refuseElsewhere(draft, confs, 'sip.conf');
  const contexts = [
    ...new Set([...found.pjsip.doors, ...found.sip.doors].map(({ context }) => context)),
  ];
  for (const context of asked.filter((each) => !contexts.includes(each))) {
    const what = `no endpoint calls into the context ${JSON.stringify(context)}`;
    draft.refuse({
      where: wish.folder,
      what,
      hint: 'name a context as it stands in pjsip.conf or sip.conf',
    });
  }
  if (contexts.length === 0)
    draft.note('no stranger’s call reaches the dialplan: the gate has nothing to guard');
  planGateFile(draft, confs, wish);
  draft.own(posix.join(wish.folder, OWN.contexts), contextsText(contexts), {
    style: 'conf',
    owner: 'pbx',
    why: `each of these passes the gate, then goes on as before: ${contexts.join(', ') || 'none'}`,
  });
  const includes = [`#include ${OWN.gate}`, `#include ${OWN.contexts}`];
  const path = posix.join(wish.folder, 'extensions.conf');
  draft.edit(path, 'conf', { at: 'end', lines: includes }, 'reads the gate');
  redirect(draft, found.pjsip, 'module reload res_pjsip.so');
  redirect(draft, found.sip, 'module reload chan_sip.so');
}

/** The subroutine itself, as it ships. */
export function planGateFile(draft: Draft, confs: AsteriskConfs, wish: Wish): void {
  draft.refuse(...confs.extensions.problems);
  refuseElsewhere(draft, confs, 'extensions.conf');
  draft.own(posix.join(wish.folder, OWN.gate), wish.shipped('asterisk/extensions_ghostgate.conf'), {
    style: 'conf',
    owner: 'pbx',
    why: 'the gate: a stranger’s call waits here for its verdict, before anything rings',
  });
  draft.note('in the policy, once it is read: gate: { enabled: true }');
  // Contexts must be there before an endpoint names them.
  draft.reload('asterisk', '-rx', 'dialplan reload');
}

function redirect(draft: Draft, { doors, bystanders }: Doors, reload: string): void {
  for (const door of doors) {
    if (!/^[\w.-]{1,60}$/.test(door.context)) refuseName(draft, door);
    const values = { context: gated(door.context), ...door.keep };
    draft.set(door.section, values, `passes the gate (${door.why})`);
  }
  for (const { section, values } of bystanders) {
    draft.set(section, values, 'phones keep the context that [general] gave them');
  }
  if (doors.length > 0) draft.reload('asterisk', '-rx', reload);
}

function refuseName(draft: Draft, { section, context }: Door): void {
  const what = `the name of its context cannot be written safely: ${JSON.stringify(context)}`;
  const hint =
    'give the context a name of at most 60 letters, digits, dots, dashes and underscores';
  draft.refuse({ where: `${section.file}:${section.line}`, what, hint });
}

function gated(context: string): string {
  return `ghostgate-in-${context}`;
}

/**
 * `_.` matches h as well, which must not run the gate a second time after a hang-up. A number with
 * a comma would be more than one argument to Goto: no phone sends one, and it is refused like one
 * that does not exist. A colon would end the label of GotoIf, so such a number takes one step more
 * than all others.
 */
function contextsText(contexts: readonly string[]): string {
  const texts = contexts.map(
    (context) => `[${gated(context)}]
exten => _.,1,Gosub(ghostgate-gate,\${CHANNEL(channeltype)},1)
 same => n,GotoIf($[\${DIALPLAN_EXISTS(${context},\${EXTEN},1)} & \${FIELDQTY(EXTEN,\\x2c)} = 1 & \${FIELDQTY(EXTEN,:)} = 1]?${context},\${EXTEN},1)
 same => n,GotoIf($[\${DIALPLAN_EXISTS(${context},\${EXTEN},1)} & \${FIELDQTY(EXTEN,\\x2c)} = 1]?:unknown)
 same => n,Goto(${context},\${EXTEN},1)
 same => n(unknown),Hangup(1)
exten => h,1,NoOp()
`,
  );
  return `; Made by ghostgate install: a context for each one that strangers can reach. The call passes
; the gate, then goes on where it went before; an unknown number still gets 404.
${texts.join('\n')}`;
}
