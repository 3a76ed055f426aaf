import { join } from 'node:path';
import { changed, findings, words } from './phase-doctor.ts';
import { PBX, TRUNK, TRUNK_NEW } from './net.ts';
import { eventually } from './process.ts';
import type { Scene } from './scene.ts';
import { sip } from './sip.ts';
import { DIALLED_BY_TRUNK } from './good.ts';

/**
 * The PBX is configured with more of its trunk than the policy: the doctor gives the lines to paste.
 * Then the carrier sends from a new address: the operator is told which, and nobody is let through.
 */
export async function trunksDrift(scene: Scene): Promise<void> {
  await learned(scene);
  await drifted(scene);
}

async function learned({ told, asterisk, daemon, variant }: Scene): Promise<void> {
  const etc = join(asterisk.root, 'etc/asterisk');
  const look = async () => (await findings(daemon)).filter(({ check }) => check === 'trunks');
  const well = await look();
  told.check(
    'doctor: the trunk of the PBX is in the policy',
    well.length === 1 && well[0]?.level === 'ok',
    words(well),
  );
  const isPjsip = variant.driver === 'pjsip';
  const [file, line, more] = isPjsip
    ? ['pjsip.conf', /^match = .*$/m, '$&\nmatch = 198.18.12.64/28']
    : ['sip.conf', /$(?![\s\S])/, '\n[second]\ntype = peer\nhost = 198.18.12.65\n'];
  const reload = `module reload ${isPjsip ? 'res_pjsip.so' : 'chan_sip.so'}`;
  await changed(join(etc, file), line, more, async () => {
    await asterisk.cli(reload);
    const pasted = isPjsip
      ? `    sources: [${TRUNK}, 198.18.12.64/28]`
      : '    sources: [198.18.12.65]';
    // chan_sip reads its files a moment after it says so.
    const found = await eventually(5000, async () =>
      (await look()).find(({ fix }) => fix?.lines?.includes(pasted) === true),
    );
    told.check('doctor: more of it comes with the lines to paste', found !== undefined, pasted);
  });
  await asterisk.cli(reload);
}

/** Where guests are let in it dials the trunk's number; elsewhere it gets no further than a challenge. */
async function drifted({ told, net, variant, daemon }: Scene): Promise<void> {
  const heard = await eventually(
    10_000,
    () =>
      daemon.log().some(({ source, event }) => source === TRUNK && event === 'call') || undefined,
  );
  if (heard === undefined) throw new Error('no call of the trunk was judged');
  const { codes } = await sip(net.trunk, {
    method: 'INVITE',
    host: PBX,
    port: variant.port,
    from: TRUNK_NEW,
    user: '4202220099',
    called: DIALLED_BY_TRUNK,
    userAgent: 'Carrier/2.0',
    // Where nothing but the neighbourhood speaks for it, less than three times may be chance. Once
    // more, and well apart: on a busy machine two events may come closer than they were sent.
    count: variant.guests ? 2 : 4,
    gapMs: 1500,
  });
  const passed = codes.filter((code) => code >= 200 && code < 300);
  told.check('drift: nobody is let through for it', passed.length === 0, codes.join(' '));
  const found = await eventually(5000, async () =>
    (await daemon.status()).notices.find((text) => text.includes(`also send from ${TRUNK_NEW}`)),
  );
  const notice = found?.value;
  const times = variant.guests ? 'seen 1 time,' : 'seen 3 times,';
  told.check(
    'drift: the operator is told of the new address',
    notice?.startsWith('trunk carrier may') === true && notice.includes(times),
    notice ?? 'no notice',
  );
}
