import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { PHONES, passwordOf } from './asterisk-config.ts';
import { EXTERNAL, type Freeswitch, INTERNAL, startFreeswitch } from './freeswitch.ts';
import type { GatedPbx } from './gate-runs.ts';
import { type Net, TRUNK } from './net.ts';
import type { Undo } from './process.ts';

/** Starts a FreeSWITCH, on a copy of its configuration, for the gate's runs. */
export async function gatedFreeswitch(
  undo: Undo,
  net: Net,
  prefix: string,
  folder: string,
): Promise<GatedPbx & { stop(): Promise<void> }> {
  const freeswitch = await startFreeswitch(undo, net, prefix, folder);
  await furnish(freeswitch);
  const passwordFile = join(folder, `esl-${randomBytes(4).toString('hex')}.password`);
  writeFileSync(passwordFile, 'ClueCon\n', { mode: 0o600 });
  return {
    name: freeswitch.version,
    ports: { phones: INTERNAL, trunk: EXTERNAL },
    async prepare(own, gated) {
      await freeswitch.cli('reload mod_hash');
      const file = join(freeswitch.conf, 'dialplan', 'public.xml');
      writeFileSync(file, gated ? withGate(freeswitch.conf, OWN_PUBLIC) : OWN_PUBLIC);
      await freeswitch.cli('reloadxml');
      return { policy: policyText(own, passwordFile), takeBack: () => Promise.resolve() };
    },
    async channels() {
      return Number(/^(\d+) total/m.exec(await freeswitch.cli('show channels count'))?.[1] ?? -1);
    },
    async stop() {
      await freeswitch.stop();
      rmSync(CORE_DB, { force: true });
    },
  };
}

function policyText(own: string, passwordFile: string): string {
  return `site: lab
mode: enforce
pbxs:
  - name: fs
    freeswitch: { password: { file: ${passwordFile} } }
trunks:
  - name: carrier
    sources: [${TRUNK}]
calls: { kill_cause: INCOMING_CALL_BARRED }
enforce: [observe]
store: { path: ${own}/store }
metrics: { listen: false }
`;
}

/**
 * What the runs need of a vanilla FreeSWITCH: the lab's phones, more calls a second than vanilla takes, and the realm
 * of the phones in the To header, for they call from another host.
 */
async function furnish(freeswitch: Freeswitch): Promise<void> {
  const { conf } = freeswitch;
  edit(join(conf, 'autoload_configs', 'switch.conf.xml'), [
    [/name="sessions-per-second" value="\d+"/, 'name="sessions-per-second" value="1000"'],
    [/name="loglevel" value="\w+"/, 'name="loglevel" value="warning"'],
    // Every call is a row there, and the disk is not what is tried here.
    [/<!-- (<param name="core-db-name" value=")[^"]*("\/>) -->/, `$1${CORE_DB}$2`],
  ]);
  edit(join(conf, 'sip_profiles', 'internal.xml'), [
    [/name="challenge-realm" value="\w+"/, 'name="challenge-realm" value="auto_to"'],
  ]);
  for (const phone of PHONES) {
    writeFileSync(
      join(conf, 'directory', 'default', `${phone}.xml`),
      `<include>
<user id="${phone}">
<params><param name="password" value="${passwordOf(phone)}"/></params>
<variables><variable name="user_context" value="default"/></variables>
</user>
</include>
`,
    );
  }
  // In front of everything: vanilla parks calls to 6001.
  const context = '<context name="default">';
  edit(join(conf, 'dialplan', 'default.xml'), [
    [context, `${context}\n${PHONES_RING.replaceAll('$', '$$$$')}`],
  ]);
  await freeswitch.restart('SIGTERM');
}

const PHONES_RING = `<extension name="lab phones">
<condition field="destination_number" expression="^(60\\d\\d)$">
<action application="bridge" data="user/$1@$\${domain}"/>
</condition>
</extension>`;

/** In memory. */
const CORE_DB = `/dev/shm/ghostgate-lab-${process.pid}.db`;

/** The lab's public context: a number of the trunk, and what scanners dial, both of which ring the front desk. */
const OWN_PUBLIC = `<include>
<context name="public">
<extension name="lab desk">
<condition field="destination_number" expression="^(?:6001|420222000222)$">
<action application="transfer" data="6001 XML default"/>
</condition>
</extension>
</context>
</include>
`;

/** As README of dialplan/freeswitch says. */
function withGate(conf: string, publicXml: string): string {
  writeFileSync(join(conf, 'ghostgate.gate.xml'), shipped('ghostgate.gate.xml'));
  const line = /<X-PRE-PROCESS [^>]*>/.exec(shipped('public.xml'))?.[0] ?? '';
  const context = '<context name="public">';
  return publicXml.replace(context, `${context}\n${line.replace('/etc/freeswitch', conf)}`);
}

function shipped(name: string): string {
  return readFileSync(fromRoot('dialplan', 'freeswitch', name), 'utf8');
}

function edit(file: string, changes: readonly (readonly [RegExp | string, string])[]): void {
  let text = readFileSync(file, 'utf8');
  for (const [what, by] of changes) text = text.replace(what, by);
  writeFileSync(file, text);
}
