import type { Asterisk } from './asterisk.ts';
import { netnsOf, PBX, scanner, type Net } from './net.ts';
import type { Report } from './report.ts';
import { sip } from './sip.ts';

/** Nobody else in the lab has these addresses. */
const CALLER = scanner(200);
const BANNED = scanner(201);

/** What was answered to each number that a stranger called. */
export type Answers = Readonly<Record<string, number | undefined>>;

/** A stranger calls each number once. */
export async function callsOf(
  net: Net,
  port: number,
  numbers: readonly string[],
  from = CALLER,
): Promise<Answers> {
  const answers: Record<string, number | undefined> = {};
  for (const called of numbers) {
    const { codes } = await sip(netnsOf(net, from), {
      method: 'INVITE',
      host: PBX,
      port,
      from,
      user: '4930901820',
      called,
      waitMs: 1500,
    });
    answers[called] = codes[0];
  }
  return answers;
}

/**
 * The gate stands before the dialplan and changes nothing else: every number is answered as before,
 * and a source in the gate's own list is refused whatever it calls.
 * @param before what each number was answered without the gate
 * @param more numbers that were not called before, and what they get now
 */
export async function gateStands(
  told: Report,
  asterisk: Asterisk,
  net: Net,
  port: number,
  before: Answers,
  more: Answers = {},
): Promise<void> {
  const numbers = Object.keys(before);
  const wanted = { ...before, ...more };
  const after = await callsOf(net, port, Object.keys(wanted));
  told.check(
    'gate: every number is answered as before',
    Object.keys(wanted).every((number) => wanted[number] === after[number]),
    JSON.stringify(after),
  );
  await asterisk.cli(`database put ghostgate/ban ${BANNED} 99999999999`);
  const refused = await callsOf(net, port, numbers, BANNED);
  told.check(
    'gate: a source on its list is refused, whatever it calls',
    Object.values(refused).every((code) => code === 403),
    JSON.stringify(refused),
  );
  await asterisk.cli(`database del ghostgate/ban ${BANNED}`);
}
