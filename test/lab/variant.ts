import { randomBytes } from 'node:crypto';

/** One PBX as the lab builds it. */
export interface Variant {
  /** Like `16-chansip-guests`. */
  readonly name: string;
  readonly version: '16' | '22';
  readonly driver: 'pjsip' | 'chansip';
  /** Reports whether calls from anybody reach the dialplan (anonymous endpoint, allowguest). */
  readonly guests: boolean;
  readonly port: number;
  /** Secret of the AMI user and of the channel variable; made anew for every run. */
  readonly secret: string;
  readonly token: string;
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
      const secret = randomBytes(12).toString('hex');
      list.push({
        name,
        version,
        driver,
        guests,
        port,
        secret,
        token: randomBytes(8).toString('hex'),
      });
    }
  }
  return list;
}
