import { readFileSync } from 'node:fs';
import type { Operator } from '../fleet/operator.ts';
import type { Asked } from './args.ts';
import { misused } from './args.ts';
import { EXIT_NO } from './client.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';

/** One word after `ghostgate fleet`. */
export interface FleetAction {
  /** What is wrong with how it was written; looked at before NATS is asked. */
  mistake(words: readonly string[], asked: Asked): string | undefined;
  /** What can be done before NATS is asked; a number is the exit code when that is all. */
  early?(words: readonly string[], asked: Asked, out: Output): Promise<number | undefined>;
  run(
    operator: Operator,
    words: readonly string[],
    asked: Asked,
    out: Output,
    now: number,
  ): Promise<number>;
}

/** Why an action orders nothing, and what to do. */
export interface Refusal {
  readonly what: string;
  readonly hint: string;
}

/** Connects with the operator's key, acts, and hangs up. */
export async function withOperator(
  { values }: Asked,
  out: Output,
  act: (operator: Operator) => Promise<number>,
): Promise<number> {
  const server = values['server'] ?? process.env['GHOSTGATE_FLEET_SERVER'];
  const file = values['key'] ?? process.env['GHOSTGATE_FLEET_KEY'] ?? DEFAULT_KEY;
  if (server === undefined) {
    return misused(out, 'fleet', 'say where NATS is: --server tls://nats.example.net:4222');
  }
  if (!/^(tls:\/\/|nats:\/\/(127\.|localhost[:/]|\[::1\]))/.test(server)) {
    return misused(out, 'fleet', 'the server is tls://host:port, or nats:// on this machine');
  }
  const { signingKey } = await import('../fleet/nkey.ts');
  const { openOperator } = await import('../fleet/operator.ts');
  const { OrderError } = await import('../fleet/overtaken.ts');
  const seed = seedIn(file);
  const key = seed === undefined ? undefined : signingKey(seed);
  if (seed === undefined || key === undefined) {
    const hint = `ghostgate fleet keys ${file}, for a new one; or name it with --key`;
    return fail(out, EXIT_NO, `there is no key that can be read in ${file}`, hint);
  }
  let operator: Operator | undefined;
  try {
    const caFile = values['ca'] ?? process.env['GHOSTGATE_FLEET_CA'];
    const reach = { servers: [server], caFile };
    operator = await openOperator(reach, key);
    return await act(operator);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof OrderError ? error.hint : hintFor(why);
    return fail(out, EXIT_NO, why, hint);
  } finally {
    await operator?.close();
  }
}

export const DEFAULT_KEY = '/etc/ghostgate/fleet-operator.key';

export function seedIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function hintFor(why: string): string {
  if (/[Aa]uthorization|[Pp]ermission/.test(why)) {
    return "look at the operator's user in nats-server's configuration: ghostgate fleet keys prints it";
  }
  if (/no responders|no message|timeout/i.test(why)) {
    return 'ghostgate fleet init, once; and jetstream { } in nats-server’s configuration';
  }
  return 'is nats-server running there, and is its certificate known (--ca)?';
}
