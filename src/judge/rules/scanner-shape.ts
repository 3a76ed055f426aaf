import { shapeOf } from '../shapes.ts';
import { count } from '../words.ts';
import type { Rule } from './rule.ts';

/** What scanners leave behind whatever their user agent says. */
export const scannerShape: Rule = {
  name: 'scanner-shape',
  matches(event, standing, { policy }) {
    const settings = policy.rules['scanner-shape'];
    if (settings === undefined) return undefined;
    const why = shapeOf(event, standing, settings.fromHosts);
    return why === undefined ? undefined : { why, weight: 'hit' };
  },
  several: (hits) => `${count(hits, 'packet')} with the marks of a scanner`,
};
