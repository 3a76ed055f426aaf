/** One event of the PBX, as its JSON said it. */
export interface EslEvent {
  /** `Event-Name`, like `CHANNEL_CREATE` or `CUSTOM`. */
  readonly name: string;
  /** `Event-Subclass` of a `CUSTOM` event, like `sofia::register_failure`. */
  readonly subclass: string | undefined;
  /**
   * Every header whose value is one string; `_body` and lists are left out. Without a prototype,
   * so that a name that did not come is undefined whatever it is. Values are raw: bytes that were
   * no UTF-8 are U+FFFD, control characters are in them.
   */
  readonly headers: Readonly<Record<string, string>>;
}

/** A message that is not believed. */
export interface RefusedMessage {
  /** Which check caught it, in words for the log. */
  readonly why: string;
  /** Its first 1024 characters, raw: control characters included. */
  readonly head: string;
}
