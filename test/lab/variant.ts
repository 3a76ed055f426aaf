/** One PBX as the lab builds it. */
export interface Variant {
  /** Like `16-chansip-guests`. */
  readonly name: string;
  readonly version: '16' | '22';
  readonly driver: 'pjsip' | 'chansip';
  /** Reports whether calls from anybody reach the dialplan (anonymous endpoint, allowguest). */
  readonly guests: boolean;
  readonly port: number;
}

/** All of them, in the order they run. chan_sip is gone from 22. */
export function variants(): Variant[] {
  const list: Variant[] = [];
  for (const [version, driver, port] of [
    ['16', 'pjsip', 5060],
    ['16', 'chansip', 5062],
    ['22', 'pjsip', 5060],
  ] as const) {
    for (const guests of [true, false]) {
      const name = `${version}-${driver}-${guests ? 'guests' : 'closed'}`;
      list.push({ name, version, driver, guests, port });
    }
  }
  return list;
}
