import { passwordOf } from './asterisk-config.ts';
import { office, PBX } from './net.ts';
import { eventually } from './process.ts';
import type { Scene } from './scene.ts';
import { sip } from './sip.ts';
import type { Told } from './sip-client.ts';

/** A branch whose phones all stand behind this one address. */
const BRANCH = office(3);
const STALE = '6018';
const AGENT = 'Yealink SIP-T46S 66.86';

/** The three that look alike from one address, played one after another: who is shut out? */
export async function shielded(scene: Scene): Promise<void> {
  await outageEnds(scene);
  await stalePassword(scene);
  await sprayed(scene);
  // The next scenes know nothing of this branch.
  await scene.daemon.command('unban', BRANCH, '--because', 'the lab goes on');
}

/** Every phone registers at once, each five times over: it got no answer, or has five lines. */
async function outageEnds(scene: Scene): Promise<void> {
  const { told } = scene;
  const phones = accounts(6011, 8);
  const answers = await Promise.all(
    phones.map((phone) => register(scene, phone, passwordOf(phone), 5)),
  );
  const codes = answers.flatMap(({ codes: all }) => all).filter((code) => code !== 401);
  const good = codes.filter((code) => code === 200).length;
  told.check('outage ends: every phone is registered', good === codes.length, words(codes));
  // The PBX is asked at most once a second whom it holds.
  const known = await eventually(4000, () => {
    const heard = judged(scene).filter(({ event }) => event === 'registered');
    return heard.length >= phones.length ? heard.length : undefined;
  });
  told.check('outage ends: every phone is known', known !== undefined);
  const verdicts = judged(scene).filter(({ verdict }) => verdict !== 'pass');
  told.check('outage ends: nobody is blamed', verdicts.length === 0, JSON.stringify(verdicts[0]));
  const notices = await noticesOf(scene);
  told.check('outage ends: no notice', notices.length === 0, notices.join(' | '));
}

/** One of them has an old password and does not give up. */
async function stalePassword(scene: Scene): Promise<void> {
  const { told, variant } = scene;
  for (const round of [1, 2]) await register(scene, STALE, `old-password-${round}`, 12);
  const notices = await noticesOf(scene);
  told.check('stale password: one notice', notices.length === 1, notices.join(' | '));
  const [notice = ''] = notices;
  const phone = `stale password? account ${STALE} from ${BRANCH} (endpoint ${STALE}`;
  // SIPpeers of chan_sip tells no user agent.
  const named = variant.driver === 'chansip' ? phone : `${phone}, user agent "${AGENT}")`;
  told.check('stale password: it names the phone', notice.startsWith(named), notice);
  const ban = await banned(scene);
  told.check('stale password: the branch is not shut out', ban === undefined, JSON.stringify(ban));
}

/** Somebody behind the same address tries one account after another. */
async function sprayed(scene: Scene): Promise<void> {
  const { told } = scene;
  for (const account of accounts(6019, 12)) {
    await register(scene, account, 'Summer2026', 1);
    if ((await register(scene, account, 'Summer2026', 1)).codes.at(-1) === 0) break;
  }
  const ban = await eventually(1000, () => banned(scene));
  const seen = JSON.stringify(ban?.value ?? (await noticesOf(scene)));
  told.check('accounts sprayed: the shield breaks', ban?.value?.rule === 'account-sweep', seen);
  told.check('accounts sprayed: quarantine only', ban?.value?.quarantine === true, seen);
}

async function register(
  { net, variant }: Scene,
  user: string,
  password: string,
  count: number,
): Promise<Told> {
  return sip(net.office, {
    method: 'REGISTER',
    host: PBX,
    port: variant.port,
    from: BRANCH,
    user,
    userAgent: AGENT,
    passwords: [password],
    count,
    waitMs: 400,
  });
}

async function noticesOf({ daemon }: Scene): Promise<string[]> {
  return (await daemon.status()).notices.filter((text) => new RegExp(`${BRANCH}[ :]`).test(text));
}

async function banned({ daemon }: Scene) {
  return (await daemon.bans()).find(({ target }) => target === BRANCH);
}

function judged({ daemon }: Scene) {
  return daemon.log().filter(({ source, verdict }) => source === BRANCH && verdict !== undefined);
}

function accounts(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => String(first + at));
}

function words(codes: readonly number[]): string {
  return `${codes.filter((code) => code === 200).length} of ${codes.length}`;
}
