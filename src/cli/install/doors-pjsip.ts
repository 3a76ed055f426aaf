import type { Refusal } from './change.ts';
import { lastOf, placeText, type Conf, type Section } from './conf.ts';
import type { Door, Doors } from './doors.ts';

/** Configurations of chan_pjsip, with everything they include. */
export interface PjsipConfs {
  readonly pjsip: Conf;
  readonly wizard: Conf;
  readonly sorcery: Conf;
}

/**
 * Where a stranger's INVITE enters the dialplan by chan_pjsip: as `anonymous`
 * (res_pjsip_endpoint_identifier_anonymous.c), or as an endpoint without `auth`, for nothing is
 * asked of him there. Such an endpoint is found by its name in From too unless identify_by says
 * otherwise (res_pjsip_endpoint_identifier_user.c); its default is `username,ip`.
 * @param more contexts whose endpoints count as doors whatever they ask
 */
export function pjsipDoors(confs: PjsipConfs, more: readonly string[]): Doors {
  const sections = confs.pjsip.sections.filter(({ template }) => !template);
  const identifies = sections.filter((section) => typeOf(section) === 'identify');
  const doors = sections.flatMap((section): Door[] => {
    if (typeOf(section) !== 'endpoint') return [];
    // pjsip's own default (pjsip_configuration.c).
    const context = lastOf(section, 'context')?.value ?? 'default';
    const own = identifies.filter((each) => lastOf(each, 'endpoint')?.value === section.name);
    const why = openBy(section, own) ?? (more.includes(context) ? 'as asked for' : undefined);
    if (why === undefined) return [];
    // Without these a SUBSCRIBE or MESSAGE would look where calls now go.
    const missing = ['subscribe_context', 'message_context'].filter(
      (name) => (lastOf(section, name)?.value ?? '') === '',
    );
    const keep = Object.fromEntries(missing.map((name) => [name, context]));
    return [{ context, section, keep, why: `${section.name}: ${why}` }];
  });
  return { doors, bystanders: [], refusals: unseen(confs) };
}

/** Why anybody can call in by this endpoint; undefined when not. */
function openBy(endpoint: Section, identifies: readonly Section[]): string | undefined {
  if (/^anonymous(?:@|$)/.test(endpoint.name)) return 'takes calls from anybody';
  if ((lastOf(endpoint, 'auth')?.value ?? '') !== '') return undefined;
  const by = (lastOf(endpoint, 'identify_by')?.value ?? 'username,ip').toLowerCase();
  if (by.split(',').some((word) => word.trim() !== 'ip')) {
    return 'has no auth, and anybody can write its name into From (identify_by = ip would end that)';
  }
  const wide = identifies.some(
    ({ variables }) =>
      variables.some(({ name }) => name.startsWith('match_')) ||
      variables.some(({ name, value }) => name === 'match' && /\/0+(?:\D|$)/.test(value)),
  );
  return wide ? 'has no auth, and is identified by more than addresses' : undefined;
}

function typeOf(section: Section): string {
  return (lastOf(section, 'type')?.value ?? '').toLowerCase();
}

/** Places that hold endpoints which no file shows. */
function unseen({ pjsip, wizard, sorcery }: PjsipConfs): Refusal[] {
  const hint =
    'add --without gate, and let the contexts of its endpoints pass ghostgate-gate by hand';
  const mapped = sorcery.sections
    .filter(({ name }) => name === 'res_pjsip')
    .flatMap(({ variables }) => variables)
    .filter(
      ({ name, value }) =>
        /^(?:endpoint|identify)$/.test(name) && !value.startsWith('config,pjsip.conf'),
    )
    .map((each) => ({
      where: placeText(each),
      what: 'endpoints of chan_pjsip come from elsewhere',
      hint,
    }));
  const wizards = wizard.sections
    .filter(({ template }) => !template)
    .filter((section) => typeOf(section) === 'wizard')
    .filter((section) => !/^(?:yes|true|1|on)$/i.test(lastOf(section, 'accepts_auth')?.value ?? ''))
    .map((each) => ({
      where: placeText(each),
      what: `the wizard ${each.name} makes an endpoint without auth`,
      hint,
    }));
  return [...pjsip.problems, ...wizard.problems, ...sorcery.problems, ...mapped, ...wizards];
}
