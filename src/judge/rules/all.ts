import { accountSweep } from './account-sweep.ts';
import { aclDenied } from './acl-denied.ts';
import { authFailure } from './auth-failure.ts';
import { badRequest } from './bad-request.ts';
import { canary } from './canary.ts';
import { dialledJunk } from './dialled-junk.ts';
import { feed } from './feed.ts';
import { flood } from './flood.ts';
import { junkCallerId } from './junk-caller-id.ts';
import { numberSweep } from './number-sweep.ts';
import type { Rule } from './rule.ts';
import { scannerShape } from './scanner-shape.ts';
import { scannerUserAgent } from './scanner-user-agent.ts';
import { slowScan } from './slow-scan.ts';
import { strangerCall } from './stranger-call.ts';
import { unknownAccount } from './unknown-account.ts';

/** Every rule. The strongest answer wins; of equals, the one that stands first here. */
export const allRules: readonly Rule[] = [
  // A canary's verdict must name it, so it stands before the rules that it would trip.
  canary,
  // Calls.
  strangerCall,
  junkCallerId,
  scannerUserAgent,
  scannerShape,
  numberSweep,
  dialledJunk,
  badRequest,
  // Registrations.
  // The sweep first: what it says of many accounts is more than what is said of the last one.
  accountSweep,
  authFailure,
  unknownAccount,
  aclDenied,
  // Everything.
  feed,
  flood,
  // Last: it counts the numbers of calls that the rules before it objected to.
  slowScan,
];
