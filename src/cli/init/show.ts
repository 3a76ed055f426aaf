import { styled, type Output } from '../output.ts';
import { wrap } from '../text.ts';
import type { Found } from './found.ts';
import type { Step } from './next.ts';

/** What was found, for a person. */
export function foundText(found: Found, out: Output): string {
  const { pbx, trunks, networks, phones, sipPorts, notes } = found;
  const phone =
    phones.notAsked ??
    (phones.addresses.length === 0
      ? 'none is registered now'
      : `registered from ${phones.addresses.length} addresses: ${phones.addresses.slice(0, 5).join(', ')}${phones.addresses.length > 5 ? ', …' : ''}`);
  return [
    styled(out, 'bold', 'Found on this machine:'),
    ...line('PBX', [`${pbx.kind}, by ${pbx.sign}`]),
    ...line(
      'Trunks',
      trunks.length === 0
        ? ['none']
        : trunks.map(({ name, sources, from }) => `${name}: ${sources.join(', ')} (${from})`),
    ),
    ...line(
      'Networks',
      networks.length === 0
        ? ['none']
        : networks.map(
            ({ network, why, sure }) => `${network}: ${why}${sure ? '' : ' (not trusted unasked)'}`,
          ),
    ),
    ...line('Phones', [phone]),
    ...line('SIP ports', [sipPorts.length === 0 ? 'none named' : sipPorts.join(', ')]),
    ...notes.filter((note) => note !== phones.notAsked).map((note) => wrap('Note: ', note)),
  ].join('\n');
}

function line(name: string, texts: readonly string[]): string[] {
  return texts.map((text, at) => wrap(at === 0 ? name.padEnd(10) : ' '.repeat(10), text));
}

/** What is left to do, for a person. */
export function stepsText(steps: readonly Step[], out: Output): string {
  const lines = steps.flatMap(({ what, command }, at) => [
    wrap(`${at + 1}. `, what),
    ...(command === undefined ? [] : [`     ${styled(out, 'bold', command)}`]),
  ]);
  return [`\n${styled(out, 'bold', 'What next:')}`, ...lines].join('\n');
}
