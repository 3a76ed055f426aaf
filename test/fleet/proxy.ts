import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { TestContext } from 'node:test';

/** A wire between a site and its server that can be cut, or go dead with nothing to show for it. */
export interface Wire {
  readonly port: number;
  /** Nothing goes through and nothing is closed, as behind a firewall that lost its state. */
  silence(): void;
  /** What the server sends is not read, what the site sends goes through. */
  deafen(): void;
  /** What was held goes on where it was. */
  heal(): void;
  /** Both ends are told, and nobody gets through until it is mended. */
  cut(): void;
  mend(): void;
  /** Connections it has carried so far. */
  readonly carried: number;
}

export async function wireTo(t: Pick<TestContext, 'after'>, port: number): Promise<Wire> {
  const pairs = new Set<{ near: Socket; far: Socket }>();
  let isSilent = false;
  let isDeaf = false;
  let isCut = false;
  let carried = 0;
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    carried++;
    const far = connect(port, '127.0.0.1');
    const pair = { near, far };
    pairs.add(pair);
    if (isSilent) for (const end of [near, far]) end.pause();
    const over = (): void => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', over);
      // While it is silent, that one end has gone is not known at the other.
      from.on('close', () => isSilent || over());
      from.on('data', (data) => {
        if (to.write(data)) return;
        from.pause();
        to.once('drain', () => isSilent || (isDeaf && from === far) || from.resume());
      });
    }
    if (isSilent) for (const end of [near, far]) end.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cut = (): void => {
    isCut = true;
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
    pairs.clear();
  };
  t.after(() => {
    cut();
    server.close();
  });
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    silence() {
      isSilent = true;
      for (const { near, far } of pairs) {
        near.pause();
        far.pause();
      }
    },
    deafen() {
      isDeaf = true;
      for (const { far } of pairs) far.pause();
    },
    heal() {
      isSilent = false;
      isDeaf = false;
      for (const pair of pairs) {
        const { near, far } = pair;
        if (near.destroyed || far.destroyed) {
          near.destroy();
          far.destroy();
          pairs.delete(pair);
          continue;
        }
        near.resume();
        far.resume();
      }
    },
    cut,
    mend: () => void (isCut = false),
    get carried() {
      return carried;
    },
  };
}
