/** What went wrong between us and one event socket connection. */
export type EslErrorKind =
  /** No connection: refused, no route, no such name, nobody answered in time. */
  | 'unreachable'
  | 'wrong-password'
  /** The event socket's own ACL does not let our address in. */
  | 'rejected'
  /** The event socket, or our own policy, said no: clear text over a network, a command denied. */
  | 'refused'
  /** A command got no answer in time; whether the PBX acted on it is unknown. */
  | 'timeout'
  /** The connection ended, by either side. */
  | 'closed'
  /** It ended us for having read too slowly; events are lost. */
  | 'cut-off'
  /** What came, or what we were asked to send, is not the event socket's protocol. */
  | 'protocol'
  /** Too much is waiting for the PBX already; nothing was sent. */
  | 'busy';

export interface EslErrorDetails {
  /** What a person should do next, ordinarily a line for event_socket.conf.xml. */
  readonly hint?: string;
  /** The PBX's own words, when it gave any. */
  readonly answer?: string;
  readonly cause?: unknown;
}

/** Every fault of an event socket connection. `kind` is for the program, `hint` for a person. */
export class EslError extends Error {
  override readonly name = 'EslError';
  readonly kind: EslErrorKind;
  readonly hint: string;
  readonly answer: string | undefined;

  constructor(kind: EslErrorKind, message: string, details: EslErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.kind = kind;
    this.hint = details.hint ?? '';
    this.answer = details.answer;
  }
}
