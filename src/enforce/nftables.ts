import { LRUCache } from 'lru-cache';
import type { Ban } from '../judge/verdict.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import { changeQueue } from './change-queue.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';
import { nftLibrary } from './nft-library.ts';
import { nftLocked } from './nft-locked.ts';
import { nftNetlink } from './nft-netlink.ts';
import { nftProcess } from './nft-process.ts';
import { nftSeen } from './nft-seen.ts';
import { nftElements, nftRun, nftShape } from './nft-run.ts';
import {
  banSetNamed,
  banSetOf,
  banSetText,
  changeText,
  GATE_RULES,
  portsText,
  SCHEMA,
  tableText,
  setsOf,
  type BanSet,
  type Change,
} from './nft-table.ts';
import { checkTargets, secondsLeft } from './target.ts';

type NftablesPolicy = Pick<Extract<EnforcerPolicy, { kind: 'nftables' }>, 'table' | 'sipPorts'>;

export interface NftablesOptions {
  /**
   * Program and first arguments; another network namespace is `ip netns exec NAME nft`. Left
   * out: `nft`, and its library in this process for what must be quick.
   */
  readonly command?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Bans in the kernel: a table of our own whose sets carry the timeouts, so that bans end by
 * themselves and outlive a restart of Ghostgate. Drops before conntrack, established flows too.
 */
export function nftables(policy: NftablesPolicy, options: NftablesOptions = {}): Enforcer {
  const { table, sipPorts } = policy;
  const { command = ['nft'], now = Date.now } = options;
  checkNames(policy);
  const library = options.command ? undefined : nftLibrary();
  const nft = library ?? nftProcess(command);
  // Within this process 3,000 changes take 10 ms, less than starting another and its 5 MB of text.
  const mostOnPipe = library ? MOST_CHANGES : MOST_ON_PIPE;
  const seen = nftSeen({ command, table, now });
  const queue = changeQueue(apply, MOST_CHANGES);
  /** Ban sets that the table has, or is being given: what nft said against that, if anything. */
  const sets = new Map<string, Promise<string | undefined>>();
  const netlink = library && nftNetlink();
  /** Targets written lately and until when they are banned: creating them again would be refused. */
  const written = new LRUCache<string, number>({ max: MOST_WRITTEN });
  let loadedAt = -Infinity;
  let preparing: Promise<void> | undefined;

  /** Leaves a whole table as it is, bans and all; makes one where it is missing or damaged. */
  function prepare(): Promise<void> {
    preparing ??= (async () => {
      if (await isWhole()) return;
      await nftRun(command, ['-f', '-'], tableText(table, sipPorts));
      seen.forget();
      sets.clear();
      await isWhole();
    })().finally(() => (preparing = undefined));
    return preparing;
  }

  async function isWhole(): Promise<boolean> {
    const shape = await nftShape(command, table);
    const held = shape.sets.filter((name) => banSetNamed(name));
    for (const name of held) sets.set(name, THERE);
    if (!shape.sets.includes(SCHEMA)) return false;
    return shape.rules.get('gate') === GATE_RULES && shape.rules.get('banned') === held.length;
  }

  async function apply(changes: readonly Change[]): Promise<void> {
    if (changes.length > MOST_ON_PIPE) loadedAt = now();
    if (createQuickly(changes)) return;
    // A load of many begins by assuming that they are new, which is faster. A few do not: being
    // refused would cost them 10 ms, for the kernel then waits for RCU.
    if (changes.length > MOST_ON_PIPE && (await tryApply(changes, false)) === undefined) return;
    if ((await tryApply(changes, true)) === undefined) return;
    // Somebody may have flushed the whole ruleset since: make the table again and try once more.
    await prepare();
    const error = await tryApply(changes, true);
    if (error !== undefined) throw new EnforceError(`nftables: ${error}`, HINT);
  }

  /** New bans, the verdicts', by the shortest way. Answers false when there is none for them. */
  function createQuickly(changes: readonly Change[]): boolean {
    if (netlink === undefined || !changes.every((change) => isNew(change))) return false;
    const elements = changes.map(({ target, until = 0 }) => {
      const { set, element } = banSetOf(target);
      return { set: set.name, address: element, timeoutMs: secondsLeft(until, now()) * 1000 };
    });
    if (!netlink.create(table, elements)) return false;
    for (const { target, until = 0 } of changes) written.set(target, until);
    return true;
  }

  /** Reports whether this is a ban of a target that we have not written, in a set that is there. */
  function isNew({ target, until }: Change): boolean {
    if (until === undefined || (written.get(target) ?? 0) > now()) return false;
    return sets.get(banSetOf(target).set.name) === THERE;
  }

  /** Answers what nft said against it, if anything. */
  async function tryApply(changes: readonly Change[], replacing: boolean) {
    for (const set of setsOf(changes)) {
      const error = await (sets.get(set.name) ?? addSet(set));
      if (error !== undefined) return error;
    }
    const text = changeText(table, changes, now(), replacing);
    if (changes.length <= mostOnPipe) return (await nft.ask(text)).error;
    return nftRun(command, ['-f', '-'], text).then(
      () => undefined,
      (error: EnforceError) => error.message,
    );
  }

  /** Once for each, even when two writes need it: a second rule for it would be a damage. */
  function addSet(set: BanSet): Promise<string | undefined> {
    const added = nft.ask(banSetText(table, set)).then(({ error }) => {
      if (error !== undefined) sets.delete(set.name);
      return error;
    });
    sets.set(set.name, added);
    return added;
  }

  /**
   * The kernel grows a hash table behind a load of many, and a list made meanwhile misses some
   * (rhashtable walks start again and lose their place): it is asked until it says nothing new.
   */
  async function elementsOf(set: string): Promise<ReadonlySet<string>> {
    const found = new Set(await nftElements(command, table, set));
    for (let tries = 0; tries < 5 && now() - loadedAt < GROWING_MS; tries++) {
      const before = found.size;
      for (const element of await nftElements(command, table, set)) found.add(element);
      if (found.size === before) break;
    }
    return found;
  }

  return {
    name: 'nftables',
    async open() {
      await prepare();
      const { error } = await nft.ask(portsText(table, sipPorts));
      if (error !== undefined) throw new EnforceError(`nftables: ${error}`, HINT);
    },
    async present() {
      await prepare();
      const targets = new Set<string>();
      for (const name of sets.keys()) {
        const set = banSetNamed(name);
        if (!set) continue;
        const suffix = name.includes('net') ? `/${set.bits}` : '';
        for (const element of await elementsOf(name)) targets.add(element + suffix);
      }
      return targets;
    },
    async ban(bans: readonly Ban[]) {
      const changes = bans.map(({ target, until }) => ({ target, until }));
      checkTargets('nftables', changes);
      await queue.put(changes);
    },
    async release(targets: readonly string[]) {
      const changes = targets.map((target) => ({ target, until: undefined }));
      checkTargets('nftables', changes);
      for (const target of targets) written.delete(target);
      await queue.put(changes);
    },
    saw(address) {
      return sipPorts.length === 0 ? Promise.resolve(undefined) : seen.saw(address);
    },
    ...nftLocked(command, table, prepare),
    close() {
      nft.close();
      netlink?.close();
      seen.close();
      return Promise.resolve();
    },
  };
}

const GROWING_MS = 10_000;
const THERE = Promise.resolve(undefined);

const MOST_WRITTEN = 10_000;
/** Changes in one transaction: 3,000 hold the kernel's ruleset lock for some 10 ms. */
const MOST_CHANGES = 3_000;
/** Beyond this, starting `nft -f -` (5 ms) costs less than a long line for `nft -i`. */
const MOST_ON_PIPE = 100;
const HINT =
  'See `nft list table inet …` and the kernel log; does another program manage this table?';

/** Both end up in nft's own language. */
function checkNames({ table, sipPorts }: NftablesPolicy): void {
  const portsOk = sipPorts.every((port) => Number.isInteger(port) && port > 0 && port < 65_536);
  if (/^[A-Za-z][A-Za-z0-9_]{0,30}$/.test(table) && portsOk) return;
  throw new EnforceError(
    'nftables: bad table name or port',
    'A table is named with up to 31 letters, digits and _; ports are 1 to 65535.',
  );
}
