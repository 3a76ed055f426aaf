import { spawn } from 'node:child_process';
import { z } from 'zod';
import { parseAddress } from '../event/source.ts';
import { EnforceError } from './enforcer.ts';
import { NFT_ENVIRONMENT } from './nft-process.ts';

/**
 * Runs nft once and lets `read` have its output in pieces. Big loads come here: `nft -i` takes
 * five times as long over a line of thousands of elements as a new `nft -f -` does.
 * @throws EnforceError with what nft said
 */
export function nftRun(
  command: readonly string[],
  words: readonly string[],
  input = '',
  read: (text: string) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const [program = 'nft', ...before] = command;
    const child = spawn(program, [...before, ...words], { env: NFT_ENVIRONMENT });
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS);
    let said = '';
    const failed = (cause?: Error) => {
      clearTimeout(timer);
      const detail = said.trim() || cause?.message || 'no answer';
      reject(new EnforceError(`nftables: ${detail.slice(0, 500)}`, HINT, cause));
    };
    child.on('error', failed);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else failed();
    });
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 2_000) said += text;
    });
    // A program that ends early says why by its exit; the broken pipe adds nothing.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/**
 * Elements of one set. A list of 100,000 is 7 MB of JSON, and reading it in one piece would keep
 * every event waiting: the addresses are picked out of it as it comes.
 */
export async function nftElements(
  command: readonly string[],
  table: string,
  set: string,
): Promise<string[]> {
  const elements: string[] = [];
  let rest = '';
  await nftRun(command, ['-j', '-s', 'list', 'set', 'inet', table, set], '', (text) => {
    rest += text;
    let end = 0;
    for (const found of rest.matchAll(/"val": ?"([0-9a-f.:]{2,45})"/g)) {
      const address = parseAddress(found[1] ?? '');
      if (address !== undefined) elements.push(address);
      end = found.index + found[0].length;
    }
    rest = rest.slice(Math.max(end, rest.length - 64));
  });
  return elements;
}

/** A small set as nft tells it, in JSON. */
export async function nftText(
  command: readonly string[],
  table: string,
  set: string,
): Promise<string> {
  let text = '';
  await nftRun(command, ['-j', 'list', 'set', 'inet', table, set], '', (piece) => {
    text += piece;
  });
  return text;
}

/** What a table is made of: names of its sets, the number of rules in each chain, packets counted. */
export interface TableShape {
  readonly sets: readonly string[];
  readonly rules: ReadonlyMap<string, number>;
  readonly packets: ReadonlyMap<string, number>;
}

/**
 * Asks for the whole ruleset without elements, for that is what nft 1.0.6 reads in 30 ms with
 * 100,000 bans in force; `list table`, `list chain` and `get element` first read every element of
 * every set (1 to 3 s). Empty when there is no such table.
 */
export async function nftShape(command: readonly string[], table: string): Promise<TableShape> {
  let text = '';
  await nftRun(command, ['-j', '-t', 'list', 'ruleset', 'inet'], '', (piece) => {
    text += piece;
  });
  const { nftables } = RULESET.parse(JSON.parse(text));
  const rules = new Map<string, number>();
  const packets = new Map<string, number>();
  const sets: string[] = [];
  for (const { set, rule, counter } of nftables) {
    if (set?.table === table) sets.push(set.name);
    if (rule?.table === table) rules.set(rule.chain, (rules.get(rule.chain) ?? 0) + 1);
    if (counter?.table === table) packets.set(counter.name, counter.packets);
  }
  return { sets, rules, packets };
}

/** What we read of libnftables-json(5). */
const RULESET = z.object({
  nftables: z.array(
    z.object({
      set: z.object({ table: z.string(), name: z.string() }).optional(),
      rule: z.object({ table: z.string(), chain: z.string() }).optional(),
      counter: z.object({ table: z.string(), name: z.string(), packets: z.number() }).optional(),
    }),
  ),
});

const RUN_MS = 30_000;
const HINT =
  'Is nft installed (apt install nftables), and does Ghostgate run as root or with CAP_NET_ADMIN?';
