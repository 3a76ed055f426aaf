import { posix } from 'node:path';

/** As much of a file system as it takes to look; neither throws. */
export interface LayoutFiles {
  /** Text of a file, undefined when there is none or it cannot be read. */
  read(path: string): string | undefined;
  isFolder(path: string): boolean;
}

/** Who answers when FreeSWITCH asks for a configuration: its files, or a script or web server before them. */
export type ConfigurationFrom = 'files' | 'handler';

/** Where a FreeSWITCH on this machine keeps what Ghostgate has to do with. Paths are absolute. */
export interface FreeswitchLayout {
  readonly kind: 'vanilla' | 'fusionpbx';
  readonly folder: string;
  readonly acl: {
    /** File whose <network-lists> includes our own. */
    readonly file: string;
    /** Our own: outside autoload_configs, all of which FreeSWITCH reads once more by itself. */
    readonly include: string;
    readonly included: boolean;
    /** `handler`: FreeSWITCH never sees the include, and freeswitch-acl cannot work. */
    readonly from: ConfigurationFrom;
  };
  readonly eventSocket: { readonly file: string; readonly from: ConfigurationFrom };
  readonly profiles: { readonly folder: string; readonly from: ConfigurationFrom };
}

/**
 * Recognises what is installed; undefined when there is no FreeSWITCH where one is looked for.
 * @param given the folder of its configuration, when a person has named it
 */
export function freeswitchLayout(files: LayoutFiles, given?: string): FreeswitchLayout | undefined {
  const fusion = FUSION_CONFIGS.map((path) => files.read(path)).find((text) => text !== undefined);
  const told = fusion === undefined ? {} : settings(fusion);
  const usual = [told['switch.conf.dir'], ...FOLDERS].filter((path) => path?.startsWith('/'));
  const folders = given === undefined ? usual : [given];
  const folder = folders.find(
    (path) => path !== undefined && files.read(posix.join(path, 'freeswitch.xml')) !== undefined,
  );
  if (folder === undefined) return undefined;

  const within = (...names: string[]): string => posix.join(folder, ...names);
  const scripts = [told['switch.scripts.dir'], ...SCRIPTS].find(
    (path) => path !== undefined && files.isFolder(path),
  );
  const from = (name: string): ConfigurationFrom => {
    if (asksWeb(files.read(within('autoload_configs/xml_curl.conf.xml')))) return 'handler';
    if (!asksScript(files.read(within('autoload_configs/lua.conf.xml')))) return 'files';
    // The handler of FusionPBX leaves to the files what it has no script for.
    const script = posix.join(scripts ?? '/', HANDLERS, `${name}.lua`);
    return fusion === undefined || files.read(script) !== undefined ? 'handler' : 'files';
  };

  const aclFile = within('autoload_configs/acl.conf.xml');
  const include = within('ghostgate.acl.xml');
  return {
    kind: fusion === undefined ? 'vanilla' : 'fusionpbx',
    folder,
    acl: {
      file: aclFile,
      include,
      included: includes(files.read(aclFile), include),
      from: from('acl.conf'),
    },
    eventSocket: {
      file: within('autoload_configs/event_socket.conf.xml'),
      from: from('event_socket.conf'),
    },
    profiles: { folder: within('sip_profiles'), from: from('sofia.conf') },
  };
}

/** Packages of Debian put it into /etc, a build from source into /usr/local. */
const FOLDERS = ['/etc/freeswitch', '/usr/local/freeswitch/conf', '/usr/local/etc/freeswitch'];
const FUSION_CONFIGS = ['/etc/fusionpbx/config.conf', '/usr/local/etc/fusionpbx/config.conf'];
const SCRIPTS = [
  '/usr/share/freeswitch/scripts',
  '/usr/local/freeswitch/scripts',
  '/usr/local/share/freeswitch/scripts',
];
const HANDLERS = 'app/xml_handler/resources/scripts/configuration';

/** Lines like `switch.conf.dir = /etc/freeswitch`, of which the last of a name counts. */
function settings(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*(switch\.[a-z_.]{1,60})\s*=\s*(\S{1,4096})\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) found[key] = value;
  }
  return found;
}

/** Reports whether mod_lua answers for configurations (mod_lua.c, do_config). */
function asksScript(luaConf: string | undefined): boolean {
  return params(luaConf).some(
    (param) =>
      attribute(param, 'name') === 'xml-handler-bindings' &&
      /configuration/i.test(attribute(param, 'value')),
  );
}

/** Reports whether mod_xml_curl does; without bindings it answers for everything (mod_xml_curl.c). */
function asksWeb(curlConf: string | undefined): boolean {
  return params(curlConf).some((param) => {
    if (attribute(param, 'name') !== 'gateway-url') return false;
    return /^$|configuration|all/i.test(attribute(param, 'bindings'));
  });
}

/** FreeSWITCH follows an include before it knows what is a comment (switch_xml.c, preprocess). */
function includes(aclConf: string | undefined, include: string): boolean {
  const lines = aclConf?.match(/<X-PRE-PROCESS\b[^>]*>/gi) ?? [];
  return lines.some((line) => posix.basename(attribute(line, 'data')) === posix.basename(include));
}

function params(text: string | undefined): readonly string[] {
  return withoutComments(text).match(/<param\b[^>]*>/gi) ?? [];
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`, 'i').exec(tag)?.[1] ?? '';
}

function withoutComments(text = ''): string {
  return text.replaceAll(/<!--[\s\S]*?-->/g, '');
}
