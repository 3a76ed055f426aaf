import { asteriskLink } from '../../../src/pbx/asterisk/link.ts';
import type { AsteriskPolicy } from '../../../src/policy/policy-pbx.ts';

// A link through SSH that is killed once it is up: takes its policy as JSON in its argument.
const asterisk: AsteriskPolicy = JSON.parse(process.argv[2] ?? '');
asteriskLink(
  { name: 'killed', asterisk },
  {
    hangupCause: 21,
    gated: false,
    now: Date.now,
    listener: {
      event: () => undefined,
      registrations: () => undefined,
      injection: () => undefined,
      changed({ state }) {
        if (state === 'up') process.stdout.write('up\n');
      },
    },
  },
).start();
