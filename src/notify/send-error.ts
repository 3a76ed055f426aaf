/** A message that was not taken; its text says why and holds no secret. */
export class SendError extends Error {
  /** How long the receiver asked us to wait, in ms. */
  readonly againMs: number | undefined;
  constructor(
    message: string,
    again: { readonly againMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, again.cause === undefined ? undefined : { cause: again.cause });
    this.name = 'SendError';
    this.againMs = again.againMs;
  }
}
