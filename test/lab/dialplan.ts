import { aclText } from '../../src/enforce/acl-file.ts';
import type { Variant } from './variant.ts';

/** What the ACL include file is called, inside /etc/asterisk. */
export const ACL_FILE = 'ghostgate_acl.conf';

/** What Ghostgate needs on a PBX: its AMI user, its ACL. */
export function ghostgateConfig(variant: Variant): Record<string, string> {
  return {
    'manager.conf': `[general]
enabled = yes
bindaddr = 127.0.0.1
port = 5038
channelvars = GHOSTGATE_TOKEN
[ghostgate]
secret = ${variant.secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = security,call
write = system,call,reporting
`,
    'acl.conf': `#include ${ACL_FILE}\n`,
    [ACL_FILE]: aclText('ghostgate', []),
  };
}
