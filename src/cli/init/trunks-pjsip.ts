import { isTrue, lastOf, placeText, type Conf, type Section } from '../install/conf.ts';
import type { TrunkList } from './trunk-list.ts';

/**
 * Trunks of chan_pjsip: endpoints that are identified by address, those that nothing is asked of
 * and that have a fixed contact, those we log in at, and registrations. A phone is none of these:
 * it is asked for its password, and its contact moves.
 */
export function pjsipTrunks(list: TrunkList, pjsip: Conf, wizard: Conf): void {
  const sections = pjsip.sections.filter(({ template }) => !template);
  const ofType = (type: string): Section[] =>
    sections.filter((section) => value(section, 'type').toLowerCase() === type);
  const endpoints = ofType('endpoint');

  for (const identify of ofType('identify')) {
    list.add(value(identify, 'endpoint') || identify.name, matches(identify), placeText(identify));
  }
  for (const endpoint of endpoints) {
    const weLogIn = value(endpoint, 'outbound_auth') !== '';
    if (!weLogIn && value(endpoint, 'auth') !== '') continue;
    const aors = words(value(endpoint, 'aors'));
    const contacts = ofType('aor')
      .filter(({ name }) => aors.includes(name))
      .flatMap((aor) => all(aor, 'contact'));
    const proxy = value(endpoint, 'outbound_proxy');
    list.add(endpoint.name, [...contacts, proxy], placeText(endpoint));
  }
  for (const registration of ofType('registration')) {
    const uris = ['server_uri', 'outbound_proxy'].map((name) => value(registration, name));
    const own = value(registration, 'endpoint');
    const name = endpoints.some((each) => each.name === own) ? own : registration.name;
    list.add(name, uris, placeText(registration));
  }
  for (const each of wizard.sections.filter(({ template }) => !template)) {
    if (value(each, 'type').toLowerCase() !== 'wizard') continue;
    const isTrunk =
      isTrue(value(each, 'sends_registrations')) ||
      isTrue(value(each, 'sends_auth')) ||
      !isTrue(value(each, 'accepts_auth'));
    const hosts = isTrunk ? all(each, 'remote_hosts').flatMap(words) : [];
    const proxy = isTrunk ? value(each, 'outbound_proxy') : '';
    list.add(each.name, [...hosts, proxy], placeText(each));
  }
}

/** Ports of the transports. */
export function pjsipPorts({ sections }: Conf): number[] {
  return sections
    .filter((each) => !each.template && value(each, 'type').toLowerCase() === 'transport')
    .filter((each) => !/^wss?$/.test(value(each, 'protocol').toLowerCase()))
    .map((each) => {
      const port = /^(?:\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/.exec(value(each, 'bind'))?.[1];
      const usual = value(each, 'protocol').toLowerCase() === 'tls' ? 5061 : 5060;
      return port === undefined ? usual : Number(port);
    });
}

/** Networks behind the same router, as the transports have them. */
export function pjsipLocalNetworks({ sections }: Conf): { text: string; from: string }[] {
  return sections
    .filter((each) => !each.template && value(each, 'type').toLowerCase() === 'transport')
    .flatMap((each) =>
      all(each, 'local_net').flatMap((text) =>
        words(text).map((network) => ({ text: network, from: placeText(each) })),
      ),
    );
}

/** Values of `match` (comma-separated); what is matched by headers is no source. */
function matches(identify: Section): string[] {
  return all(identify, 'match').flatMap(words);
}

function all(section: Section, name: string): string[] {
  return section.variables.filter((each) => each.name === name).map((each) => each.value);
}

function value(section: Section, name: string): string {
  return lastOf(section, name)?.value ?? '';
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
