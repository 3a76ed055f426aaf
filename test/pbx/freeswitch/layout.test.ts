import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { freeswitchLayout, type LayoutFiles } from '../../../src/pbx/freeswitch/layout.ts';

const HANDLER = 'app/xml_handler/resources/scripts/configuration';
const LUA = '<param name="xml-handler-bindings" value="configuration,dialplan,directory"/>';
const INCLUDE = '<X-PRE-PROCESS cmd="include" data="/etc/freeswitch/ghostgate.acl.xml"/>';

const ROWS: readonly {
  what: string;
  files: Record<string, string>;
  /** kind, folder, then who answers for ACLs, event socket and profiles; undefined: none. */
  found: readonly [string, string, string, string, string] | undefined;
  included?: boolean;
}[] = [
  { what: 'nothing installed', files: { '/etc/hosts': '' }, found: undefined },
  {
    what: 'a folder without freeswitch.xml',
    files: { '/etc/freeswitch/vars.xml': '' },
    found: undefined,
  },
  {
    what: 'vanilla of a package',
    files: { '/etc/freeswitch/freeswitch.xml': '' },
    found: ['vanilla', '/etc/freeswitch', 'files', 'files', 'files'],
  },
  {
    what: 'vanilla from source, included',
    files: {
      '/usr/local/freeswitch/conf/freeswitch.xml': '',
      '/usr/local/freeswitch/conf/autoload_configs/acl.conf.xml':
        '<X-PRE-PROCESS cmd="include" data="../ghostgate.acl.xml"/>',
    },
    found: ['vanilla', '/usr/local/freeswitch/conf', 'files', 'files', 'files'],
    included: true,
  },
  {
    what: 'an include is followed even in a comment; a handler that answers for the dialplan alone',
    files: {
      '/etc/freeswitch/freeswitch.xml': '',
      '/etc/freeswitch/autoload_configs/acl.conf.xml': `<!-- ${INCLUDE} -->`,
      '/etc/freeswitch/autoload_configs/lua.conf.xml': LUA.replace('configuration,', ''),
      '/etc/freeswitch/autoload_configs/xml_curl.conf.xml':
        '<!-- <param name="gateway-url" value="http://x" bindings="configuration"/> -->',
    },
    found: ['vanilla', '/etc/freeswitch', 'files', 'files', 'files'],
    included: true,
  },
  {
    what: 'a web server answers for all',
    files: {
      '/etc/freeswitch/freeswitch.xml': '',
      '/etc/freeswitch/autoload_configs/xml_curl.conf.xml':
        '<param name="gateway-url" value="http://x"/>',
    },
    found: ['vanilla', '/etc/freeswitch', 'handler', 'handler', 'handler'],
  },
  {
    what: 'FusionPBX',
    files: {
      '/etc/fusionpbx/config.conf': 'switch.conf.dir = /etc/freeswitch\n',
      '/etc/freeswitch/freeswitch.xml': '',
      '/etc/freeswitch/autoload_configs/acl.conf.xml': INCLUDE,
      '/etc/freeswitch/autoload_configs/lua.conf.xml': LUA,
      [`/usr/share/freeswitch/scripts/${HANDLER}/acl.conf.lua`]: '',
      [`/usr/share/freeswitch/scripts/${HANDLER}/sofia.conf.lua`]: '',
    },
    found: ['fusionpbx', '/etc/freeswitch', 'handler', 'files', 'handler'],
    included: true,
  },
  {
    what: 'FusionPBX elsewhere, as its config says',
    files: {
      '/usr/local/etc/fusionpbx/config.conf':
        '# switch.conf.dir = /nowhere\r\nswitch.conf.dir = /srv/fs\r\nswitch.scripts.dir = /srv/lua\r\n',
      '/etc/freeswitch/freeswitch.xml': '',
      '/srv/fs/freeswitch.xml': '',
      '/srv/fs/autoload_configs/lua.conf.xml': LUA,
      [`/srv/lua/${HANDLER}/acl.conf.lua`]: '',
      [`/srv/lua/${HANDLER}/event_socket.conf.lua`]: '',
    },
    found: ['fusionpbx', '/srv/fs', 'handler', 'handler', 'files'],
  },
  {
    what: 'FusionPBX whose configurations are files',
    files: {
      '/etc/fusionpbx/config.conf': 'switch.conf.dir = not/absolute\n',
      '/etc/freeswitch/freeswitch.xml': '',
      '/etc/freeswitch/autoload_configs/lua.conf.xml': `<!-- ${LUA} -->`,
    },
    found: ['fusionpbx', '/etc/freeswitch', 'files', 'files', 'files'],
  },
];

test('vanilla and FusionPBX layouts are recognised, and who answers for configurations', async (t) => {
  for (const { what, files, found, included = false } of ROWS) {
    await t.test(what, (inner) => {
      const layout = freeswitchLayout(under(inner, files));
      if (found === undefined) return assert.equal(layout, undefined);
      const [kind, folder, acl, eventSocket, profiles] = found;
      assert.deepEqual(layout, {
        kind,
        folder,
        acl: {
          file: `${folder}/autoload_configs/acl.conf.xml`,
          include: `${folder}/ghostgate.acl.xml`,
          included,
          from: acl,
        },
        eventSocket: {
          file: `${folder}/autoload_configs/event_socket.conf.xml`,
          from: eventSocket,
        },
        profiles: { folder: `${folder}/sip_profiles`, from: profiles },
      });
    });
  }
});

/** A file system whose root is a folder of the test. */
function under(t: TestContext, files: Record<string, string>): LayoutFiles {
  const root = mkdtempSync(join(tmpdir(), 'gg-layout-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    read(path) {
      const found = statSync(join(root, path), { throwIfNoEntry: false });
      return found?.isFile() === true ? readFileSync(join(root, path), 'utf8') : undefined;
    },
    isFolder: (path) =>
      statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true,
  };
}
