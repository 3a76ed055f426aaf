import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeMmdb } from '../feed/mmdb-make.ts';
import { ghostCall } from './good.ts';
import { PBX, scanner, TRUNK } from './net.ts';
import { eventually } from './process.ts';
import { answersTo, type Scene } from './scene.ts';
import { sip } from './sip.ts';

/** Listed in a file, with the carrier, which no list may cover. */
const LISTED = scanner(80);
/** In a country that counts as evidence. */
const ABROAD = scanner(90);
const ELSEWHERE = scanner(91);

/**
 * A feed that denies and a country as evidence, on a PBX that lets every stranger call: the listed
 * are refused at their first packet, those from the country after half as many hits as others.
 */
export async function lists(scene: Scene, folder: string, policy: string): Promise<void> {
  const { net, variant, told, daemon } = scene;
  const feed = join(folder, 'feed.txt');
  const country = join(folder, 'country.mmdb');
  writeFileSync(feed, `# made by the lab\n${LISTED}\n${TRUNK}/32\n198.18.12.0/24\nno address\n`);
  writeFileSync(country, makeMmdb([[`${ABROAD}/32`, { country: { iso_code: 'KP' } }]]));
  daemon.writePolicy(`${policy}calls: { from_strangers: pass }
feeds: [{ name: lab, file: ${feed}, use: deny }]
geo: { country_file: ${country}, evidence: { countries: [KP] } }
`);
  const loaded = await eventually(6000, async () => {
    const text = await daemon.command('feeds').catch(() => '');
    return text.startsWith('lab: ok, 1 entry denied') ? text : undefined;
  });
  told.check('feed: one entry in force, the rest told', loaded !== undefined, loaded?.value);
  const { notices } = await daemon.status();
  const cut = notices.find((text) => text.includes('left out'));
  told.check('feed: the carrier is left out', cut?.includes('trunk carrier') === true, cut);

  const call = { caller: '4930901830', called: '6001', userAgent: 'Z 5.4.12' };
  if (variant.guests) await ghostCall(net, variant, { ...call, from: LISTED });
  else await registerOnce(scene, LISTED, '6005');
  const ban = await banOf(scene, LISTED);
  told.check('feed: shut out at its first packet', ban?.rule === 'feed', JSON.stringify(ban));
  const answers = await answersTo(scene, LISTED);
  told.check('feed: silent', answers === 0, `${answers} of 3 answered`);
  const why = daemon.log().find(({ source, rule }) => source === LISTED && rule === 'feed')?.why;
  told.check('feed: the why names the list', why?.includes('is listed in feed lab') === true, why);

  for (const from of [ELSEWHERE, ABROAD]) await wrongPasswords(scene, from, 5);
  const abroad = await banOf(scene, ABROAD);
  told.check(
    'evidence: five wrong passwords are enough there',
    abroad?.rule === 'auth-failure',
    JSON.stringify(abroad),
  );
  const bans = await daemon.bans();
  const spared = bans.every(({ target }) => target !== ELSEWHERE);
  told.check('evidence: and not elsewhere', spared, JSON.stringify(bans.at(-1)));
  const story = await daemon.command('explain', ABROAD);
  told.check(
    'explain tells the country',
    story.includes('By GeoIP: country KP.'),
    story.slice(0, 200),
  );
  daemon.writePolicy(policy);
  const back = await eventually(6000, async () => {
    const text = await daemon.command('feeds').catch(() => '');
    return text.startsWith('The policy names no feeds') ? true : undefined;
  });
  told.check('feed: gone with the policy that named it', back !== undefined);
}

async function banOf({ daemon }: Scene, from: string) {
  const found = await eventually(2000, async () =>
    (await daemon.bans()).find(({ target }) => target === from),
  );
  return found?.value;
}

function wrongPasswords({ net, variant: { port } }: Scene, from: string, count: number) {
  const task = { host: PBX, port, from, user: '6005', passwords: ['1234'] };
  return sip(net.scanners, { method: 'REGISTER', ...task, count, waitMs: 400 });
}

function registerOnce(scene: Scene, from: string, user: string) {
  const { net, variant } = scene;
  const task = { host: PBX, port: variant.port, from, user, count: 1 };
  return sip(net.scanners, { method: 'REGISTER', ...task, waitMs: 400 });
}
