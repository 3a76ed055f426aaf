import { must, run, type Undo } from './process.ts';

/** A network namespace to be, by the name of its link: how its own is to be called, and its addresses. */
export interface Host {
  readonly netns: string;
  readonly addresses: readonly string[];
}

/**
 * Makes namespaces on one bridge, which stands in the namespace of `middle`: a packet to it passes
 * the same netfilter hooks as on a real interface. The machine's own namespace sees none of it.
 * There the link to each host bears the host's key.
 */
export async function makeBridge(
  undo: Undo,
  middle: Host,
  hosts: Readonly<Record<string, Host>>,
): Promise<void> {
  for (const { netns } of [middle, ...Object.values(hosts)]) {
    await must('ip', ['netns', 'add', netns]);
    undo.add(`netns ${netns}`, async () => void (await run('ip', ['netns', 'del', netns])));
    await batch(netns, ['link set lo up']);
  }
  await asOnARealInterface(middle.netns);
  await batch(middle.netns, [
    'link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
    'link set br0 up',
    ...added('br0', middle.addresses),
  ]);
  for (const [link, { netns, addresses }] of Object.entries(hosts)) {
    await batch(middle.netns, [
      `link add ${link} type veth peer name eth0 netns ${netns}`,
      `link set ${link} master br0`,
      `link set ${link} up`,
    ]);
    await batch(netns, [...added('eth0', addresses), 'link set eth0 up']);
  }
}

/** With br_netfilter in the kernel, packets would pass the hooks once more inside the bridge. */
async function asOnARealInterface(netns: string): Promise<void> {
  for (const family of ['iptables', 'ip6tables', 'arptables']) {
    await run('sysctl', ['-q', '-w', `net.bridge.bridge-nf-call-${family}=0`], { netns });
  }
}

/** One wide prefix each: everything is on one link, nothing is routed. `nodad`: usable at once. */
function added(device: string, addresses: readonly string[]): string[] {
  return addresses.map((address) =>
    address.includes(':')
      ? `addr add ${address}/48 dev ${device} nodad`
      : `addr add ${address}/16 dev ${device}`,
  );
}

async function batch(netns: string, lines: readonly string[]): Promise<void> {
  await must('ip', ['-n', netns, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}
