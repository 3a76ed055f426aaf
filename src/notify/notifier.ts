import { isDeepStrictEqual } from 'node:util';
import type { NotifyKind } from '../policy/policy-notify.ts';
import type { Policy } from '../policy/policy.ts';
import type { Channel, ChannelParts, ChannelStatus } from './channel.ts';
import { createChannel } from './channel.ts';

/** All the ways to tell somebody that the policy names. */
export interface Notifier {
  /** Returns at once and never throws: the judge waits for nobody. */
  tell(kind: NotifyKind, text: string): void;
  /** Opens and closes channels as the policy says; one that did not change keeps what waits. */
  policy(next: Pick<Policy, 'notify'>): void;
  status(): ChannelStatus[];
  /** Sends each, or the one of this name, a message; resolves with what came of it. */
  test(name?: string): Promise<Tried[]>;
  close(): void;
}

export interface Tried {
  readonly name: string;
  readonly ok: boolean;
  /** What the receiver said, or why it was not sent. */
  readonly said: string;
}

export function createNotifier(parts: ChannelParts): Notifier {
  let channels: Channel[] = [];
  return {
    tell(kind, text) {
      for (const channel of channels) channel.tell(kind, text);
    },
    policy({ notify }) {
      const before = channels;
      channels = notify.map(
        (each) =>
          before.find(({ policy }) => isDeepStrictEqual(policy, each)) ??
          createChannel(each, parts),
      );
      for (const channel of before) if (!channels.includes(channel)) channel.close();
    },
    status: () => channels.map((channel) => channel.status()),
    async test(name) {
      const meant = channels.filter(({ policy }) => name === undefined || policy.name === name);
      return await Promise.all(
        meant.map(async (channel): Promise<Tried> => {
          try {
            return { name: channel.policy.name, ok: true, said: await channel.test() };
          } catch (error) {
            const said = error instanceof Error ? error.message : String(error);
            return { name: channel.policy.name, ok: false, said };
          }
        }),
      );
    },
    close() {
      for (const channel of channels) channel.close();
      channels = [];
    },
  };
}
