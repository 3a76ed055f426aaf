import { passwordOf } from './asterisk-config.ts';
import type { Tally } from './good.ts';
import { OFFICE, PBX, TRUNK, office } from './net.ts';
import { ghosts } from './phase-bare.ts';
import type { Scene } from './scene.ts';
import { sip } from './sip.ts';

/** Honest people who look bad for a moment: none of them may be shut out. */
export async function mistakes(scene: Scene): Promise<void> {
  const { net, variant, told, daemon } = scene;
  const registering = { method: 'REGISTER', host: PBX, port: variant.port } as const;
  const userAgent = 'Yealink SIP-T46S 66.86';
  const mistyped = await sip(net.office, {
    ...registering,
    from: office(2),
    user: '6003',
    userAgent,
    passwords: ['1234', passwordOf('6003')],
  });
  // chan_sip answers a wrong password with 403: the phone begins anew with the right one.
  const corrected = await sip(net.office, {
    ...registering,
    from: office(2),
    user: '6003',
    userAgent,
    passwords: [passwordOf('6003')],
  });
  const codes = [...mistyped.codes, ...corrected.codes];
  told.check(
    'one wrong password, then the right one: registered',
    codes.at(-1) === 200,
    codes.join(' '),
  );

  // A phone with a stale password, behind the same address as the registered ones.
  await sip(net.office, {
    ...registering,
    from: OFFICE,
    user: '6004',
    userAgent,
    passwords: ['old-password'],
    count: 15,
    waitMs: 300,
  });
  const notice = (await daemon.status()).notices.find((text) => text.includes('6004'));
  told.check(
    'a stale password behind the office: a notice names the account',
    notice?.includes(OFFICE) === true,
    notice ?? 'no notice',
  );
}

/** The magic user agent is caught and harms nobody, so that a live system can be tested. */
export async function canary({ net, variant, told, daemon }: Scene): Promise<void> {
  if (!variant.guests) return;
  const call = { host: PBX, port: variant.port, from: office(5), user: '4930901830' };
  const userAgent = 'ghostgate-canary';
  const { codes } = await sip(net.office, { ...call, method: 'INVITE', called: '6001', userAgent });
  told.check('canary: its call is refused', codes[0] === 403, codes.join(' '));
  const ban = (await daemon.bans()).find(({ target }) => target === office(5));
  told.check('canary: its source is not shut out', ban === undefined, JSON.stringify(ban));
}

/** Nobody honest was shut out or refused, nobody's call was lost. */
export async function spared(scene: Scene): Promise<void> {
  const { told, daemon, good } = scene;
  const bans = await daemon.bans();
  const people = { trunk: TRUNK, office: OFFICE, 'phone that mistyped': office(2) };
  for (const [name, address] of Object.entries(people)) {
    const ban = bans.find(({ target }) => target === address);
    told.check(`${name}: never shut out`, ban === undefined, JSON.stringify(ban));
    const refused = daemon
      .log()
      .filter(({ source, verdict }) => source === address && /^(reject|ban)$/.test(verdict ?? ''));
    told.check(`${name}: never refused`, refused.length === 0, JSON.stringify(refused[0]));
  }
  const { trunk, phones, registrations } = good.tallies();
  told.check('trunk: every call answered', allGood(trunk), words(trunk));
  told.check('phones: every call between them answered', allGood(phones), words(phones));
  told.check('phones: every registration accepted', allGood(registrations), words(registrations));
}

/** Ghost calls that reached the phone before the hang-up are counted, not hidden. */
export async function honestCount({ told, daemon, good, variant }: Scene): Promise<void> {
  if (!variant.guests) return;
  const { calls } = await daemon.status();
  const rang = ghosts(good);
  const text = `${rang} rang, ${calls.rangBeforeRejected} counted, ${calls.rejected} rejected`;
  told.check('ghost calls that rang are counted', calls.rangBeforeRejected >= rang, text);
  told.check('behind the gate no ghost call rang', rang === 0, text);
}

function allGood({ made, good, failed }: Tally): boolean {
  return made > 5 && good === made && failed === 0;
}

function words({ made, good, failed }: Tally): string {
  return `${good} of ${made}, ${failed} failed`;
}
