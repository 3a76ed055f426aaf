import type { Link } from './link.ts';
import { LinkError } from './link-error.ts';
import { answerOf, describe } from './stream.ts';
import { KEPT_MS, NOTICES, ORDERS, POLICIES, SITES } from './words.ts';

/** Makes the fleet's streams, or brings them up to date. Needs the operator's rights. */
export async function makeStreams(link: Pick<Link, 'ask'>): Promise<void> {
  for (const config of STREAMS) {
    const whole = { ...COMMON, ...config };
    const made = answerOf(
      await link.ask(`$JS.API.STREAM.CREATE.${config.name}`, JSON.stringify(whole)),
    );
    if (made.error === undefined) continue;
    const { error } = answerOf(
      await link.ask(`$JS.API.STREAM.UPDATE.${config.name}`, JSON.stringify(whole)),
    );
    if (error !== undefined) throw new LinkError(`stream ${config.name}: ${describe(error)}`);
  }
}

/**
 * Bounded in age, bytes and messages of each site: one that floods pushes out its own alone.
 * Orders are kept until another takes their place.
 */
export const STREAMS = [
  {
    name: NOTICES,
    subjects: ['ghostgate.notice.*', 'ghostgate.unban'],
    max_age: KEPT_MS * 1e6,
    max_bytes: 1024 ** 3,
    max_msgs_per_subject: 100_000,
    // One site's longest messages, as many as it may have, leave a third to the others.
    max_msg_size: 6144,
  },
  {
    name: ORDERS,
    subjects: ['ghostgate.order.>'],
    max_age: 0,
    max_bytes: 64 * 1024 ** 2,
    max_msgs_per_subject: 1,
  },
  {
    name: SITES,
    subjects: ['ghostgate.state.*'],
    max_age: KEPT_MS * 1e6,
    max_bytes: 64 * 1024 ** 2,
    max_msgs_per_subject: 1,
  },
  {
    name: POLICIES,
    subjects: ['ghostgate.policy.*'],
    max_age: 0,
    max_bytes: 64 * 1024 ** 2,
    max_msgs: 100,
    max_msgs_per_subject: 1,
    max_msg_size: 65_536,
  },
] as const;
const COMMON = {
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  num_replicas: 1,
  max_msg_size: 32_768,
  allow_direct: true,
};
