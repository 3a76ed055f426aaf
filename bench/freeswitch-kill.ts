import { type FreeswitchPbxLink, freeswitchLink } from '../src/pbx/freeswitch/link.ts';
import { type FakeEsl, startEslServer } from '../test/fake/esl-server.ts';
import { json, uuidOf } from './freeswitch-events.ts';
import { judging } from './judging.ts';

const KILLS = 1000;
const SETTLE_MS = 1;

/**
 * How long each ghost call waited for its hang-up, in ms: from its CHANNEL_CREATE being sent to its
 * uuid_kill having come, over loopback both ways. One call after the other.
 */
export async function kills(): Promise<number[]> {
  const server = await startEslServer();
  const link = await attach(server);
  const waits: number[] = [];
  for (let at = 0; at < KILLS; at++) {
    const killed = server.seen(`api uuid_kill ${uuidOf(at)}`);
    const event = json('call', at, KILLS);
    const startedAt = performance.now();
    server.emit(event);
    await killed;
    waits.push(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  await link.close();
  await server.stop();
  return waits;
}

/** Resolves with a link that is up, its judge behind it. */
async function attach({ port }: FakeEsl): Promise<FreeswitchPbxLink> {
  const event = await judging((judged, { answer }) => {
    const refused = answer === 'reject' || answer === 'ban';
    if (judged.kind === 'call' && refused) void link.reject(judged);
  });
  const freeswitch = {
    host: '127.0.0.1',
    port,
    password: 'secret',
    allowClearTextOverNetwork: false,
  };
  const link = freeswitchLink(
    { name: 'bench', freeswitch },
    {
      gated: false,
      killCause: 'CALL_REJECTED',
      now: Date.now,
      listener: {
        event,
        registrations: () => undefined,
        injection: ({ why }) => {
          throw new Error(why);
        },
        changed: () => undefined,
      },
    },
  );
  link.start();
  while (link.status().state !== 'up') {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  return link;
}
