import { startAmiServer } from '../../test/fake/ami-server.ts';
import type { FakeAmi } from '../../test/fake/ami-server.ts';

// Many PBXs in a process of their own: each has its calls, and tells how long each took from its
// Newchannel to the hang-up or the mark that answers it.
//   node pbxs.js COUNT CALLS_PER_SECOND
const [count = '1', rate = '1'] = process.argv.slice(2);
const TRUNK = '198.18.12.1';
/** By channel: when it was announced. */
const announced = new Map<string, number>();
let waits: number[] = [];
let made = 0;
const state = { running: false };
const pbxs: FakeAmi[] = [];

function answered(channel: string): void {
  const at = announced.get(channel);
  if (at === undefined) return;
  announced.delete(channel);
  waits.push(performance.now() - at);
}

for (let at = 0; at < Number(count); at++) {
  const pbx = await startAmiServer({ getvar });
  for (const action of ['Hangup', 'Setvar']) {
    pbx.answers.set(action, (headers) => {
      answered(headers.get('Channel') ?? '');
      return { Response: 'Success', Message: 'Success' };
    });
  }
  // What a real one holds are lines of a log; here they would be all its memory.
  Object.defineProperty(pbx.actions, 'push', { value: () => 0 });
  pbxs.push(pbx);
}

/** Every other call is the carrier's; strangers come from a few thousand addresses. */
function getvar(channel: string, variable: string): string | undefined {
  const nth = Number.parseInt(/-([0-9a-f]{8})$/.exec(channel)?.[1] ?? '0', 16);
  if (variable.includes('remote_addr')) {
    const stranger = `198.18.${100 + (nth % 50)}.${1 + (nth % 199)}`;
    return `${channel.includes('trunk') ? TRUNK : stranger}:5060`;
  }
  return undefined;
}

function call(pbx: FakeAmi): void {
  made++;
  const who = made % 2 === 0 ? 'trunk' : 'anonymous';
  const channel = `PJSIP/${who}-${made.toString(16).padStart(8, '0')}`;
  announced.set(channel, performance.now());
  pbx.emit(`Event: Newchannel\r\nPrivilege: call,all\r\nTimestamp: 1795419908.143578\r
Channel: ${channel}\r\nChannelState: 4\r\nChannelStateDesc: Ring\r\nCallerIDNum: +4202220${made}\r
CallerIDName: \r\nConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r
AccountCode: \r\nContext: ${who === 'trunk' ? 'from-trunk' : 'public'}\r\nExten: 6001\r\nPriority: 1\r
Uniqueid: 1795419908.${made}\r\nLinkedid: 1795419908.${made}\r\n\r\n`);
}

/** Calls of all PBXs come evenly over each second. */
async function calls(): Promise<void> {
  const everyMs = 1000 / (pbxs.length * Number(rate));
  let due = performance.now();
  for (let at = 0; state.running; at++) {
    call(pbxs[at % pbxs.length] ?? pbxs[0]!);
    due += everyMs;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
  }
}

process.on('message', (word) => {
  if (word === 'go') {
    state.running = true;
    waits = [];
    void calls();
  }
  if (word === 'stop') {
    state.running = false;
    setTimeout(() => process.send?.({ waits, made, lost: announced.size }), 1000);
  }
  if (word === 'end') process.exit(0);
});
process.send?.({ ports: pbxs.map(({ port }) => port) });
