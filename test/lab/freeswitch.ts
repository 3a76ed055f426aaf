import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { TRUNK, type Net } from './net.ts';
import { eventually, must, run, sleep, start, type Running, type Undo } from './process.ts';

/** Profiles of the vanilla configuration: one challenges whoever calls, one does not. */
export const INTERNAL = 5060;
export const EXTERNAL = 5080;
/** Accounts 1000 to 1019 all have this password. */
export const ACCOUNT_PASSWORD = `lab-${randomBytes(6).toString('hex')}`;

/** An installed FreeSWITCH in the namespace of the PBX, on a copy of its configuration. */
export interface Freeswitch {
  /** Like `FreeSWITCH Version 1.11.2-release …`. */
  readonly version: string;
  readonly conf: string;
  /** One command of fs_cli; what it printed. */
  readonly cli: (command: string) => Promise<string>;
  /** From now on fs_cli uses this password. */
  passwordIs(password: string): void;
  /** Ends it and starts it again; resolves with when its event socket listened, in ms since the epoch. */
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<number>;
  /** Holds it, as a machine without memory does, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

/**
 * Starts it.
 * @param prefix holds bin/freeswitch, bin/fs_cli and perhaps conf
 */
export async function startFreeswitch(
  undo: Undo,
  net: Net,
  prefix: string,
  folder: string,
): Promise<Freeswitch> {
  const conf = join(folder, 'conf');
  copyConfiguration(prefix, conf);
  // Without a default route it takes itself for a machine without a network, and binds loopback.
  await must('ip', ['-n', net.pbx, 'route', 'replace', 'default', 'via', TRUNK]);
  const places = PLACES.flatMap((place) => {
    mkdirSync(join(folder, place), { recursive: true });
    return [`-${place}`, join(folder, place)];
  });
  const args = ['-nonat', '-nc', '-nf', '-np', '-conf', conf, ...places];
  const options = { netns: net.pbx, log: join(folder, 'freeswitch.out') };
  let password = 'ClueCon';
  let running: Running;

  const ask = (command: string) =>
    run(join(prefix, 'bin', 'fs_cli'), ['-p', password, '-x', command], {
      netns: net.pbx,
      timeoutMs: 20_000,
    });

  async function cli(command: string): Promise<string> {
    const { code, stdout, stderr } = await ask(command);
    if (code !== 0) throw new Error(`fs_cli -x '${command}' ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  async function boot(): Promise<number> {
    running = start(undo, join(prefix, 'bin', 'freeswitch'), args, options);
    const up = await eventually(
      60_000,
      async () => {
        if (!running.isRunning()) throw new Error(`FreeSWITCH ended at once: ${options.log}`);
        const { code, stdout } = await ask('status');
        return code === 0 && stdout.includes('is ready') ? Date.now() : undefined;
      },
      20,
    );
    if (up === undefined) throw new Error(`FreeSWITCH was not ready in time: ${options.log}`);
    return up.value;
  }

  await boot();
  const version = (await cli('version')).split('\n', 1)[0] ?? '';
  return {
    version,
    conf,
    cli,
    passwordIs(next) {
      password = next;
    },
    signal: (signal) => void process.kill(running.pid, signal),
    async restart(signal) {
      await running.stop(signal);
      await sleep(500);
      return boot();
    },
    stop: async () => running.stop(),
  };
}

const PLACES = [
  'log',
  'db',
  'run',
  'scripts',
  'temp',
  'recordings',
  'storage',
  'cache',
  'certs',
] as const;

function copyConfiguration(prefix: string, conf: string): void {
  const from = [join(prefix, 'conf'), '/etc/freeswitch'].find((one) =>
    existsSync(join(one, 'freeswitch.xml')),
  );
  if (from === undefined) {
    throw new Error(`no configuration: neither ${prefix}/conf nor /etc/freeswitch`);
  }
  cpSync(from, conf, { recursive: true });
  // With the password of the documentation, vanilla makes every call wait ten seconds.
  // A carrier's gateway; vanilla's own, example.com, is nobody's.
  writeFileSync(
    join(conf, 'sip_profiles', 'external', 'lab-carrier.xml'),
    // FreeSWITCH leaves out the whole line that <include> stands in.
    `<include>
<gateway name="lab-carrier">
<param name="proxy" value="sip.lab-carrier.example"/><param name="register" value="false"/>
</gateway>
</include>
`,
  );
  edit(join(conf, 'vars.xml'), /default_password=[^"]*/, `default_password=${ACCOUNT_PASSWORD}`);
}

/** Does what dialplan/freeswitch/README.md tells an operator, step by step, the server running. */
export async function followReadme(freeswitch: Freeswitch, password: string): Promise<void> {
  const { conf, cli } = freeswitch;
  const line = (name: string) => {
    const found = /<X-PRE-PROCESS [^>]*>/.exec(shipped(name))?.[0];
    if (found === undefined) throw new Error(`${name} holds no line to copy`);
    return found.replace('/etc/freeswitch', conf);
  };
  writeFileSync(
    join(conf, 'autoload_configs', 'event_socket.conf.xml'),
    shipped('event_socket.conf.xml').replace('CHANGE-ME', password),
  );
  await cli('reload mod_event_socket');
  freeswitch.passwordIs(password);
  await eventually(5000, async () =>
    (await cli('status').catch(() => '')) === '' ? undefined : 1,
  );

  writeFileSync(join(conf, 'ghostgate.acl.xml'), shipped('ghostgate.acl.xml'));
  edit(
    join(conf, 'autoload_configs', 'acl.conf.xml'),
    /<network-lists>/,
    `<network-lists>\n${line('acl.conf.xml')}`,
  );
  await cli('reloadacl');
  writeFileSync(join(conf, 'ghostgate.gate.xml'), shipped('ghostgate.gate.xml'));
  edit(
    join(conf, 'dialplan', 'public.xml'),
    /<context name="public">/,
    `<context name="public">\n${line('public.xml')}`,
  );
  await cli('reloadxml');
}

/** What banned sources must not register by either: directory.xml. */
export async function denyInDirectory({ conf, cli }: Closing): Promise<void> {
  const file = join(conf, 'directory', 'default.xml');
  edit(file, /<params>/, `<params>\n${param('directory.xml', 'auth-acl')}`);
  await cli('reloadxml');
}

/** Only trunks may call: external.xml. */
export async function acceptTrunksOnly({ conf, cli }: Closing): Promise<void> {
  const file = join(conf, 'sip_profiles', 'external.xml');
  edit(file, /<settings>/, `<settings>\n${param('external.xml', 'apply-inbound-acl')}`);
  await cli('sofia profile external rescan');
}

interface Closing {
  readonly conf: string;
  readonly cli: (command: string) => Promise<string>;
}

function param(file: string, name: string): string {
  const found = new RegExp(`<param name="${name}" [^>]*>`).exec(shipped(file))?.[0];
  if (found === undefined) throw new Error(`${file} names no ${name}`);
  return found;
}

function shipped(name: string): string {
  return readFileSync(fromRoot('dialplan', 'freeswitch', name), 'utf8');
}

function edit(file: string, what: RegExp, by: string): void {
  const text = readFileSync(file, 'utf8');
  if (!what.test(text)) throw new Error(`${file} is not the vanilla one: no ${what.source}`);
  writeFileSync(file, text.replace(what, by));
}

/** The policy of this lab: the rules that ship, in force, with the lab's places. */
export function freeswitchPolicy(folder: string, passwordFile: string, aclFile: string): string {
  return `site: lab
mode: enforce
pbxs:
  - name: fs
    freeswitch: { password: { file: ${passwordFile} } }
trunks:
  - name: carrier
    sources: [${TRUNK}]
enforce:
  - nftables: { sip_ports: [${INTERNAL}, ${EXTERNAL}] }
  - freeswitch-acl: { file: ${aclFile} }
store: { path: ${folder}/store }
metrics: { listen: false }
`;
}
