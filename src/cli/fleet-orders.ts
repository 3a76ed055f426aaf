import { parseNetwork } from '../event/source.ts';
import { publicKey } from '../fleet/nkey.ts';
import { reason } from '../fleet/order.ts';
import { whyUnallowable } from '../fleet/shape.ts';
import { LAST_RING, RING_NAME, SITE_NAME } from '../fleet/words.ts';
import { DURATION_HINT, parseDuration } from '../policy/duration.ts';
import { notAnAddress } from './ban.ts';
import { EXIT_NO } from './client.ts';
import type { FleetAction } from './fleet-operator.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';
import { wrap } from './text.ts';
import { localTime, relative } from './when.ts';

export const init: FleetAction = {
  mistake: (words) => (words.length === 0 ? undefined : 'init takes no words'),
  async run(operator, _words, asked, out) {
    await operator.makeStreams();
    if (asked.json) json(out, { made: true });
    else out.out('The streams are there. Next: ghostgate fleet add SITE KEY, for each site.');
    return 0;
  },
};

export const add: FleetAction = {
  mistake([site = '', key = '', more], { values }) {
    if (!SITE_NAME.test(site) || more !== undefined) return 'say add SITE KEY';
    const wrong = ringMistake(values['ring'] ?? LAST_RING);
    if (wrong !== undefined) return wrong;
    return publicKey(key) === undefined
      ? 'KEY is what `ghostgate fleet keys` printed: U and 55 characters'
      : undefined;
  },
  async run(operator, [site = '', key = ''], asked, out) {
    let ring = LAST_RING;
    await operator.changeSite(site, (standing) => {
      // Adding it again, with a new key, does not move it.
      const known = standing?.order === 'site' ? standing.ring : undefined;
      ring = asked.values['ring'] ?? known ?? LAST_RING;
      return { made: { order: 'site', site, key, ...inRing(ring) } };
    });
    if (asked.json) json(out, { site, key, ring });
    else out.out(`${site} belongs to the fleet, in ring ${ring}.`);
    return 0;
  },
};

/** `ghostgate fleet ring RING SITE…`: who is to have a new policy when. */
export const ring: FleetAction = {
  mistake([name = '', ...sites]) {
    const bad = sites.find((site) => !SITE_NAME.test(site));
    if (sites.length === 0 || bad !== undefined) return 'say ring RING SITE…';
    return ringMistake(name);
  },
  async run(operator, [name = '', ...sites], asked, out) {
    const members = new Map((await operator.members()).map((member) => [member.site, member]));
    const absent = sites.find((site) => members.get(site)?.key === undefined);
    if (absent !== undefined) return noSite(out, absent);
    for (const site of sites) {
      const done = await operator.changeSite(site, (standing) => {
        // Whoever was revoked a moment ago is not put in again by this.
        if (standing?.order !== 'site') return { why: 'it was revoked meanwhile' };
        return { made: { order: 'site', site, key: standing.key, ...inRing(name) } };
      });
      if ('why' in done) return noSite(out, site);
      if (!asked.json) out.out(`${site} is in ring ${name}.`);
    }
    if (asked.json) json(out, { ring: name, sites });
    return 0;
  },
};

function inRing(name: string): { readonly ring?: string } {
  return name === LAST_RING ? {} : { ring: name };
}

export function ringMistake(name: string): string | undefined {
  if (RING_NAME.test(name)) return undefined;
  return `${JSON.stringify(name)} is no name of a ring: small letters, digits and hyphens, 16 at most`;
}

export const revoke: FleetAction = {
  mistake([site = '', more], { values }) {
    if (!SITE_NAME.test(site) || more !== undefined) return 'say revoke SITE --because TEXT';
    return reason(values['because']) === undefined ? NO_REASON : undefined;
  },
  async run(operator, [site = ''], asked, out) {
    const because = reason(asked.values['because']) ?? '';
    const done = await operator.changeSite(site, (standing) => {
      // A name written wrongly would leave the stolen one in.
      if (standing?.order !== 'site') return { why: 'no site' };
      return { made: { order: 'revoke', site, because } };
    });
    if ('why' in done) return noSite(out, site);
    if (asked.json) json(out, { revoked: site });
    else {
      const words = `${site} is revoked: no site takes anything from it, and what it told counts no more. Take its user out of nats-server's configuration as well.`;
      out.out(wrap('', words));
    }
    return 0;
  },
};

export const unban: FleetAction = {
  mistake(words, { values }) {
    if (words.length === 0) return 'say which address is meant';
    const bad = words.find((word) => parseNetwork(word) === undefined);
    if (bad !== undefined) return notAnAddress(bad);
    const wide = words.map((word) => whyUnallowable(parseNetwork(word) ?? '')).find(Boolean);
    if (wide !== undefined) return wide;
    if (reason(values['because']) === undefined) return NO_REASON;
    const time = values['for'];
    return time !== undefined && parseDuration(time) === undefined
      ? `--for ${JSON.stringify(time)}: ${DURATION_HINT}`
      : undefined;
  },
  async run(operator, words, asked, out, now) {
    const until = now + (parseDuration(asked.values['for'] ?? '1d') ?? 0) * 1000;
    const because = reason(asked.values['because']) ?? '';
    const targets = words.map((word) => parseNetwork(word) ?? word);
    for (const target of targets) {
      await operator.order({ order: 'unban', target, because, until });
      if (asked.json) continue;
      const grace = `${localTime(until)} (${relative(until, now)})`;
      out.out(wrap('', `Every site lets ${target} in; none shuts it out before ${grace}.`));
    }
    if (asked.json) json(out, { targets, until });
    return 0;
  },
};

function noSite(out: Output, site: string): number {
  const hint = 'ghostgate fleet sites, for their names';
  return fail(out, EXIT_NO, `no site of the fleet is called ${site}`, hint);
}

export const NO_REASON = 'say why, like --because "a new office"';
