import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startEslServer } from '../fake/esl-server.ts';
import { fromRoot } from '../root.ts';

// A FreeSWITCH that says over its event socket what a real one said when it was scanned over TCP:
// again and again, from whenever somebody listens.
const freeswitch = await startEslServer({ port: 8021 });
const capture = readFileSync(
  fromRoot('test/captures/freeswitch/ghost-invite-tcp-external.json.txt'),
);
for (;;) {
  await pause(3000);
  if (freeswitch.sessions.length > 0) freeswitch.play(capture);
}
