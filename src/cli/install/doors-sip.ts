import type { Refusal } from './change.ts';
import { isFalse, isTrue, lastOf, placeText, type Conf, type Section } from './conf.ts';
import type { Bystander, Door, Doors } from './doors.ts';
import { NO_DOORS } from './doors.ts';

/** Configurations of chan_sip, with everything they include. */
export interface SipConfs {
  readonly sip: Conf;
  readonly users: Conf;
  readonly extconfig: Conf;
}

/**
 * Where a stranger's INVITE enters the dialplan by chan_sip (channels/chan_sip.c): as a guest, in
 * the context of [general], unless allowguest says no; as a `friend` or `user` that nothing is
 * asked of, for those are found by the name in From; as a `peer` like that whose address moves.
 * @param more contexts whose peers count as doors whatever they ask
 */
export function sipDoors({ sip, users, extconfig }: SipConfs, more: readonly string[]): Doors {
  if (sip.texts.size === 0) return NO_DOORS;
  const general = sip.sections.find(({ name }) => name.toLowerCase() === 'general');
  const standard = lastOf(general, 'context')?.value ?? 'default';
  const guests = general !== undefined && !isFalse(lastOf(general, 'allowguest')?.value);
  const guestDoor: Door[] = guests
    ? [
        {
          context: standard,
          section: general,
          keep: {},
          why: 'allowguest: takes calls from anybody',
        },
      ]
    : [];
  const peers = sip.sections.filter(
    (section) => section !== general && !section.template && lastOf(section, 'type') !== undefined,
  );
  const doors: Door[] = [];
  const bystanders: Bystander[] = [];
  for (const section of peers) {
    const context = lastOf(section, 'context')?.value;
    const why =
      openBy(section) ?? (more.includes(context ?? standard) ? 'as asked for' : undefined);
    if (why !== undefined) {
      const set = lastOf(section, 'subscribecontext') !== undefined;
      const keep: Record<string, string> = set ? {} : { subscribecontext: context ?? standard };
      doors.push({ context: context ?? standard, section, keep, why: `${section.name}: ${why}` });
    } else if (context === undefined && guests) {
      // It would follow [general] behind the gate, phones and all.
      bystanders.push({ section, values: { context: standard } });
    }
  }
  const refusals = [
    ...sip.problems,
    ...users.problems,
    ...unseen(sip, users, extconfig, general, guests),
  ];
  return { doors: [...guestDoor, ...doors], bystanders, refusals };
}

/** Why anybody can call in by this peer; undefined when not. */
function openBy(section: Section): string | undefined {
  const value = (name: string): string => (lastOf(section, name)?.value ?? '').toLowerCase();
  const secret = ['secret', 'md5secret'].some((name) => value(name) !== '');
  const unasked = /invite|very|yes/.test(value('insecure'));
  if (secret && !unasked) return undefined;
  // Only an ACL that denies all keeps others off; then the permits are the carrier's.
  if (['0.0.0.0/0', '::/0'].some((all) => value('deny').startsWith(all))) return undefined;
  if (value('type') !== 'peer') {
    return 'is asked for no password, and anybody can write its name into From (type = peer would end that)';
  }
  return value('host') === 'dynamic' ? 'is asked for no password, from any address' : undefined;
}

/** Contexts that no line we could change decides. */
function unseen(
  sip: Conf,
  users: Conf,
  extconfig: Conf,
  general: Section | undefined,
  guests: boolean,
): Refusal[] {
  const hint = 'add --without gate, and let their contexts pass ghostgate-gate by hand';
  const domains = (guests ? (general?.variables ?? []) : [])
    .filter(({ name, value }) => name === 'domain' && value.includes(','))
    .map((each) => ({
      where: placeText(each),
      what: 'guests of a domain have a context of their own',
      hint,
    }));
  const made = (general?.variables ?? [])
    .filter(({ name, value }) => name === 'autocreatepeer' && !isFalse(value))
    .map((each) => ({
      where: placeText(each),
      what: 'autocreatepeer makes peers of strangers',
      hint,
    }));
  const realtime = extconfig.sections
    .flatMap(({ variables }) => variables)
    .filter(({ name }) => /^sip(?:peers|users)$/.test(name))
    .map((each) => ({
      where: placeText(each),
      what: 'peers of chan_sip come from a database',
      hint,
    }));
  const fromUsers = users.sections
    .filter((section) => isTrue(lastOf(section, 'hassip')?.value))
    .map((each) => ({ where: placeText(each), what: 'users.conf makes peers of chan_sip', hint }));
  const none =
    general === undefined
      ? [{ where: [...sip.texts.keys()][0] ?? 'sip.conf', what: 'has no section [general]', hint }]
      : [];
  return [...domains, ...made, ...realtime, ...fromUsers, ...none];
}
