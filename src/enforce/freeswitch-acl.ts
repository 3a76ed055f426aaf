import { parseNetwork } from '../event/source.ts';
import { cleanText } from '../event/text.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import { aclDangers, type SipProfile } from './acl-danger.ts';
import { aclPlace, inTime } from './acl-place.ts';
import { isOurList, listEntries, listText, listTrunks, NOBODY } from './acl-xml.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';

type FreeswitchAclPolicy = Omit<
  Extract<EnforcerPolicy, { kind: 'freeswitch-acl' }>,
  'kind' | 'pbxs'
>;

export interface FreeswitchAclOptions {
  /** Has the PBX read its ACLs again; rejects when it says no or is away. */
  readonly reload: () => Promise<void>;
  /** SIP profiles of the PBX; rejects when it cannot be asked. */
  readonly profiles: () => Promise<readonly SipProfile[]>;
  /** Networks that the list denies in the PBX's own configuration; undefined when it cannot tell. */
  readonly held?: () => Promise<ReadonlySet<string> | undefined>;
  /** Networks of all trunks, as far as they are known now. */
  readonly trunks?: () => readonly string[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Bans in force that the list has no room for. */
  readonly onSkipped?: (targets: readonly string[]) => void;
}

/**
 * Two lists of FreeSWITCH in an include file of our own: one that denies the banned and allows all
 * others, for the gate in the dialplan, and one that allows the trunks alone. What the PBX says it
 * holds decides, and the file is told to it again where the two differ.
 */
export function freeswitchAcl(
  policy: FreeswitchAclPolicy,
  options: FreeswitchAclOptions,
): Enforcer {
  const { file, list, capacity } = policy;
  const { reload, profiles, held, now = Date.now, onSkipped = () => {} } = options;
  checkName(list);
  const trunks = (): string[] => {
    const known = (options.trunks?.() ?? []).map(parseNetwork).filter((each) => each !== undefined);
    return [...new Set(known)].toSorted();
  };
  /** An empty list would refuse every call of the carriers: the last one known stays. */
  const trunksBeside = (before: string | undefined): string[] => {
    const known = trunks();
    return known.length > 0 ? known : listTrunks(before ?? '');
  };

  return aclPlace({
    name: NAME,
    file,
    capacity,
    form: {
      text: (entries, before) => listText(list, entries, trunksBeside(before)),
      entries: listEntries,
      isOurs: isOurList,
      foreignHint:
        'Name a file of its own in the policy, and include it within <network-lists> of acl.conf.xml.',
      reloadHint: 'Is the PBX up? The file is written; the next tick tells the PBX again.',
      notReadHint:
        'Include it within <network-lists> of acl.conf.xml; FusionPBX makes its lists from its database and reads no file: use nftables there.',
    },
    reload,
    now,
    onSkipped,
    async guard(before) {
      const found = await inTime(profiles()).catch((cause: unknown) => {
        // A list that is in force already does no more harm with one ban more.
        if (before !== undefined && isOurList(before)) return [];
        throw new EnforceError(`${NAME}: cannot ask for SIP profiles: ${String(cause)}`, ASK_HINT);
      });
      refuse(found, list);
    },
    async inForce(text) {
      const there = await inTime(held?.() ?? Promise.resolve(undefined)).catch(() => undefined);
      if (there === undefined) return true;
      const wanted = [NOBODY, ...listEntries(text).map(({ target }) => target)];
      const found = new Set([...there].map((each) => parseNetwork(each) ?? each));
      return found.size === new Set(wanted).size && wanted.every((each) => found.has(each));
    },
    outdated: (text) => trunksBeside(text).join() !== listTrunks(text).toSorted().join(),
  });
}

/** @throws EnforceError naming every profile and parameter that makes a password needless */
function refuse(profiles: readonly SipProfile[], list: string): void {
  const dangers = aclDangers(profiles, list);
  if (dangers.length === 0) return;
  const places = dangers.map(
    (each) =>
      `${each.parameter} of profile ${cleanText(each.profile, 60) ?? ''} names ${each.list}`,
  );
  throw new EnforceError(
    `${NAME}: ${places.join(', ')}: whoever it allows needs no password there`,
    'Take it out and rescan the profile; name the list in auth-acl of the directory instead.',
  );
}

const NAME = 'freeswitch-acl';
const ASK_HINT = 'Is the PBX up? Before it has answered, no list is written.';

/** It becomes an attribute in FreeSWITCH's configuration. */
function checkName(list: string): void {
  if (/^[A-Za-z0-9_-]{1,60}$/.test(list)) return;
  throw new EnforceError(
    `${NAME}: bad list name`,
    'A list is named with up to 60 letters, digits, - and _.',
  );
}
