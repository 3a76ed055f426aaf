/** What went wrong between us and one AMI connection. */
export type AmiErrorKind =
  /** No connection: refused, no route, no such name, nobody answered in time. */
  | 'unreachable'
  | 'wrong-secret'
  /** The account exists, yet may not do what we need. */
  | 'missing-rights'
  /** One of our event filters was not installed: events would come unguarded. */
  | 'filter-refused'
  /** A request got no answer in time; whether the PBX acted on it is unknown. */
  | 'timeout'
  /** The connection ended, by either side. */
  | 'closed'
  /** What came, or what we were asked to send, is not AMI. */
  | 'protocol'
  /** The PBX, or our own policy, said no. */
  | 'refused'
  /** Too much is waiting for the PBX already; nothing was sent. */
  | 'busy';

export interface AmiErrorDetails {
  /** What a person should do next, ordinarily a line for manager.conf. */
  readonly hint?: string;
  /** The PBX's own words (`Message:` of its answer), when it gave any. */
  readonly answer?: string;
  readonly cause?: unknown;
}

/** Every fault of an AMI connection. `kind` is for the program, `hint` for a person. */
export class AmiError extends Error {
  override readonly name = 'AmiError';
  readonly kind: AmiErrorKind;
  readonly hint: string;
  readonly answer: string | undefined;

  constructor(kind: AmiErrorKind, message: string, details: AmiErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.kind = kind;
    this.hint = details.hint ?? '';
    this.answer = details.answer;
  }
}
