/** Files could not be read or written as planned. */
export class InstallError extends Error {
  override readonly name = 'InstallError';
  /** What to do about it. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
