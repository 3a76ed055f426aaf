/**
 * Event filters of the AMI (manager.conf `eventfilter`, Action Filter): POSIX regular expressions
 * over the whole event, first those that include, then those with `!` that exclude
 * (match_filter of main/manager.c). `^` is the beginning of the event, never of a line in it.
 */

/** A blank line within an event, and a control character alone: neither is ever Asterisk's own. */
const INJECTED = ['[[:cntrl:]]{4}[^[:cntrl:]]', '[^[:cntrl:]][[:cntrl:]][^[:cntrl:]]'] as const;

/** For sessions that believe what they read: keeps events with injected text off them. */
export const EXCLUDE_INJECTED: readonly string[] = INJECTED.map((pattern) => `!${pattern}`);

/** For the tripwire: nothing but events with injected text, so that ordinary traffic costs nothing. */
export const ONLY_INJECTED: readonly string[] = INJECTED;

/** What of class `call` the calls session reads: a twentieth of the events of a call. */
export const INCLUDE_CALLS: readonly string[] = [
  '^Event: Newchannel',
  '^Event: DialBegin',
  '^Event: Hangup[[:cntrl:]]',
];
