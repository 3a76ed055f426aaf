import { observe } from '../../src/enforce/observe.ts';
import { enforcerContract } from './contract.ts';

enforcerContract('observe', {
  place: () => ({ make: (now) => observe(now ? { now } : {}), remove: () => {} }),
  expiry: 'clock',
  keeps: false,
});
