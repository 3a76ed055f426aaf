/** Which keys a security event may hold, from Asterisk's main/security_events.c. */
interface Shape {
  readonly mandatory: readonly string[];
  readonly optional: readonly string[];
}

const COMMON = [
  'Event',
  'Privilege',
  'EventTV',
  'Severity',
  'Service',
  'EventVersion',
  'AccountID',
  'SessionID',
  'LocalAddress',
  'RemoteAddress',
];
/** Timestamp with `timestampevents`, SystemName with `systemname`, the others with `debug=on`. */
const COMMON_OPTIONAL = [
  'Timestamp',
  'Module',
  'SessionTV',
  'SystemName',
  'SequenceNumber',
  'File',
  'Line',
  'Func',
];

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['InvalidAccountID', shape()],
  ['FailedACL', shape([], ['ACLName'])],
  ['ChallengeSent', shape(['Challenge'])],
  ['ChallengeResponseFailed', shape(['Challenge', 'Response', 'ExpectedResponse'])],
  ['InvalidPassword', shape([], ['Challenge', 'ReceivedChallenge', 'ReceivedHash'])],
  ['SuccessfulAuth', shape(['UsingPassword'])],
  ['RequestNotSupported', shape(['RequestType'])],
  ['RequestNotAllowed', shape(['RequestType'], ['RequestParams'])],
  ['RequestBadFormat', requestBadFormat()],
  ['AuthMethodNotAllowed', shape(['AuthMethod'])],
  ['InvalidTransport', shape(['Transport'])],
  ['UnexpectedAddress', shape(['ExpectedAddress'])],
  ['SessionLimit', shape()],
  ['MemoryLimit', shape()],
  ['LoadAverageLimit', shape()],
]);

export const SECURITY_EVENTS: ReadonlySet<string> = new Set(SHAPES.keys());

/**
 * Says what is wrong with the keys of a security event, or undefined when they are right.
 * A sender can put at most 36 characters (chan_pjsip) into one: too few to bring the keys that a
 * second, forged event needs, and whatever he adds to the genuine one shows as a foreign key.
 */
export function wrongKeys(name: string, fields: ReadonlyMap<string, string>): string | undefined {
  const known = SHAPES.get(name);
  if (known === undefined) return 'not a security event';
  const missing = known.mandatory.find((key) => !fields.has(key));
  if (missing !== undefined) return `${name} without ${missing}`;
  for (const key of fields.keys()) {
    if (!known.mandatory.includes(key) && !known.optional.includes(key)) {
      return `${name} with a key that does not belong there`;
    }
  }
  return undefined;
}

function shape(mandatory: readonly string[] = [], optional: readonly string[] = []): Shape {
  return {
    mandatory: [...COMMON, ...mandatory],
    optional: [...COMMON_OPTIONAL, ...optional],
  };
}

/** The one event that may come without an account: its request could not be read that far. */
function requestBadFormat(): Shape {
  const { mandatory, optional } = shape(['RequestType'], ['AccountID', 'RequestParams']);
  return { mandatory: mandatory.filter((key) => key !== 'AccountID'), optional };
}
