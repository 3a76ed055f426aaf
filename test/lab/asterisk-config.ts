import { TRUNK } from './net.ts';
import type { Variant } from './variant.ts';

/** Accounts of the PBX; their password is `passwordOf`. */
export const PHONES = Array.from({ length: 30 }, (_, at) => String(6001 + at));

export function passwordOf(account: string): string {
  return `not-${account}-at-all`;
}

/**
 * Files of /etc/asterisk, by name: the least with which a PBX has thirty phones, one trunk and, when
 * the variant says so, a door for guests. What Ghostgate asks of a PBX (AMI user, ACL include) is
 * not here: `ghostgate install` writes it, as it would for an operator.
 */
export function asteriskConfig(variant: Variant): Record<string, string> {
  return {
    'asterisk.conf': ASTERISK,
    'modules.conf':
      '[modules]\nautoload = yes\nnoload = res_hep.so\nnoload = res_http_websocket.so\n',
    'logger.conf':
      '[general]\ndateformat = %F %T\n[logfiles]\nmessages => notice,warning,error,security\n',
    'rtp.conf': '[general]\nrtpstart = 20000\nrtpend = 29999\n',
    'extensions.conf': extensions(variant),
    // Debian's packages come with AMI switched on; a configuration by hand may have none at all.
    ...(variant.version === '22' ? { 'manager.conf': MANAGER, 'manager.d/README.conf': '' } : {}),
    ...(variant.driver === 'pjsip'
      ? { 'pjsip.conf': pjsip(variant) }
      : { 'sip.conf': sip(variant) }),
  };
}

const ASTERISK = `[directories](!)
astetcdir => /etc/asterisk
[options]
verbose = 1
`;

const MANAGER = `[general]
enabled = yes
port = 5038
bindaddr = 127.0.0.1
#include "manager.d/*.conf"
`;

/** Guests and the trunk ring the first phone, as a site with one front desk does. */
function extensions(variant: Variant): string {
  const tech = variant.driver === 'pjsip' ? 'PJSIP' : 'SIP';
  const ring = (pattern: string, phone: string) =>
    `exten => ${pattern},1,Dial(${tech}/${phone},30)`;
  return `[public]
${ring('_[+0-9a-zA-Z]!', '6001')}
[from-trunk]
${ring('_[+0-9]!', '6001')}
[internal]
${ring('_60XX', '${EXTEN}')}
`;
}

function pjsip(variant: Variant): string {
  const { port } = variant;
  const transports = [
    ['udp', 'udp', `0.0.0.0:${port}`],
    ['tcp', 'tcp', `0.0.0.0:${port}`],
    ['udp6', 'udp', `[::]:${port}`],
  ].map(
    ([name, protocol, bind]) =>
      `[${name}]\ntype = transport\nprotocol = ${protocol}\nbind = ${bind}`,
  );
  const phones = PHONES.map(
    (phone) => `[${phone}]
type = endpoint
context = internal
auth = ${phone}
aors = ${phone}
${MEDIA}
[${phone}]
type = auth
auth_type = userpass
username = ${phone}
password = ${passwordOf(phone)}
[${phone}]
type = aor
max_contacts = 5
remove_existing = yes`,
  );
  return `${transports.join('\n')}
[trunk]
type = endpoint
context = from-trunk
${MEDIA}
[trunk]
type = identify
endpoint = trunk
match = ${TRUNK}
${variant.guests ? `[anonymous]\ntype = endpoint\ncontext = public\n${MEDIA}` : ''}
${phones.join('\n')}
`;
}

const MEDIA = 'disallow = all\nallow = ulaw\ndirect_media = no';

function sip(variant: Variant): string {
  const phones = PHONES.map(
    (phone) => `[${phone}]
type = friend
host = dynamic
secret = ${passwordOf(phone)}
context = internal`,
  );
  return `[general]
udpbindaddr = 0.0.0.0:${variant.port}
tcpenable = yes
tcpbindaddr = 0.0.0.0:${variant.port}
context = public
allowguest = ${variant.guests ? 'yes' : 'no'}
alwaysauthreject = yes
disallow = all
allow = ulaw
directmedia = no
[trunk]
type = friend
host = ${TRUNK}
insecure = port,invite
context = from-trunk
${phones.join('\n')}
`;
}
