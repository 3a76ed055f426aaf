/** Events as the fake event socket handles them: headers by name, and the bytes of their JSON. */
export interface FakeEvent {
  readonly headers: Readonly<Record<string, string>>;
  /** As FreeSWITCH wrote them, or JSON.stringify. */
  readonly json: Buffer;
}

/** Cuts a transcript of `event json` into its events; one cut short at its end is left out. */
export function eventsOf(capture: Buffer): FakeEvent[] {
  const events: FakeEvent[] = [];
  let at = 0;
  for (let end = capture.indexOf('\n\n', at); end !== -1; end = capture.indexOf('\n\n', at)) {
    const head = capture.toString('latin1', at, end);
    const length = Number(/^Content-Length: (\d+)$/m.exec(head)?.[1] ?? '0');
    at = end + 2 + length;
    if (at > capture.length) break;
    if (head.includes('text/event-json')) events.push(eventOf(capture.subarray(end + 2, at)));
  }
  return events;
}

/** An event a test wrote down: its headers, or the very bytes of its JSON. */
export function eventOf(event: Readonly<Record<string, string>> | string | Buffer): FakeEvent {
  if (typeof event === 'object' && !Buffer.isBuffer(event)) {
    return { headers: event, json: Buffer.from(JSON.stringify(event)) };
  }
  const json = Buffer.from(event);
  return { headers: headersOf(json.toString('utf8')), json };
}

/** None when a test made it no JSON at all. */
function headersOf(json: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

export function messageOf(type: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  const head = `Content-Length: ${bytes.length}\nContent-Type: ${type}\n\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

export function replyOf(words: string): string {
  return `Content-Type: command/reply\nReply-Text: ${words}\n\n`;
}

/** As `event plain` writes it: one line a header, its value URL-encoded. */
export function plainOf({ headers }: FakeEvent): string {
  const lines = Object.entries(headers).map(([key, value]) => `${key}: ${encodeURI(value)}\n`);
  return `${lines.join('')}\n`;
}

/** What a connection asked for with `event`. */
export interface Subscription {
  all: boolean;
  readonly names: Set<string>;
  readonly subclasses: Set<string>;
}

/** As mod_event_socket.c: once CUSTOM was named, every later name is a subclass. */
export function subscribeTo(subscription: Subscription, words: readonly string[]): void {
  let custom = false;
  for (const word of words) {
    if (custom) subscription.subclasses.add(word);
    else if (word.toLowerCase() === 'all') subscription.all = true;
    else subscription.names.add(word);
    custom ||= word === 'CUSTOM';
  }
}

/** CUSTOM alone delivers nothing. */
export function subscribedTo(subscription: Subscription, { headers }: FakeEvent): boolean {
  const { 'Event-Name': name = '', 'Event-Subclass': subclass = '' } = headers;
  if (subscription.all) return true;
  return name === 'CUSTOM' ? subscription.subclasses.has(subclass) : subscription.names.has(name);
}
