/** A list could not be had or kept; the last good one stays in force. */
export class FeedError extends Error {
  /** What a person can do about it. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FeedError';
    this.hint = hint;
  }
}
