import { lastOf, placeText, type Conf, type Section } from '../install/conf.ts';
import type { TrunkList } from './trunk-list.ts';

/** Trunks of chan_sip: peers whose address is written down, and whom we register with. */
export function sipTrunks(list: TrunkList, sip: Conf): void {
  const sections = sip.sections.filter(({ template }) => !template);
  for (const peer of sections) {
    if (!/^(?:peer|friend)$/i.test(value(peer, 'type'))) continue;
    const host = value(peer, 'host');
    // Without a host chan_sip waits for a registration, as with `dynamic`.
    if (host === '' || host.toLowerCase() === 'dynamic') continue;
    list.add(peer.name, [host, value(peer, 'outboundproxy')], placeText(peer));
  }
  const general = sections.find(({ name }) => name.toLowerCase() === 'general');
  for (const each of general?.variables.filter(({ name }) => name === 'register') ?? []) {
    // [peer?][transport://]user[@domain][:secret[:authuser]]@host[:port][/extension][~expiry];
    // what stands before the last @ is secret and goes nowhere.
    const host = each.value.slice(each.value.lastIndexOf('@') + 1).split(/[/~]/, 1)[0] ?? '';
    // It may be the name of a peer instead.
    const bare = host.replace(/:\d+$/, '');
    const at = sections.find(({ name }) => name.toLowerCase() === bare.toLowerCase());
    if (at === undefined && !list.has(host)) list.add(bare, [host], placeText(each));
  }
}

/** Ports that chan_sip takes SIP on; none where it is not configured. */
export function sipPorts({ sections, texts }: Conf): number[] {
  if (texts.size === 0) return [];
  const general = sections.find(({ name }) => name.toLowerCase() === 'general');
  const text = ['udpbindaddr', 'bindaddr', 'tcpbindaddr', 'tlsbindaddr', 'bindport', 'port']
    .map((name) => value(general, name))
    .map((each) => /^(?:\[[^\]]*\]:|[^:[\]]*:)?(\d{1,5})$/.exec(each)?.[1]);
  return text.flatMap((port) => (port === undefined ? [] : [Number(port)]));
}

/** Networks behind the same router. */
export function sipLocalNetworks({ sections }: Conf): { text: string; from: string }[] {
  const general = sections.find(({ name }) => name.toLowerCase() === 'general');
  return (general?.variables ?? [])
    .filter(({ name }) => name === 'localnet')
    .map((each) => ({ text: each.value, from: placeText(each) }));
}

function value(section: Section | undefined, name: string): string {
  return lastOf(section, name)?.value ?? '';
}
