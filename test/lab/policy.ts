import { TRUNK } from './net.ts';
import type { Variant } from './variant.ts';

/** The policy of the lab: what ships, in force, with the lab's places. */
export function policyText(
  variant: Variant,
  places: {
    folder: string;
    secretFile: string;
    tokenFile: string;
    aclFile: string;
    fail2ban: string;
  },
): string {
  return `site: lab
mode: enforce
pbxs:
  - name: ${variant.name}
    asterisk:
      host: 127.0.0.1
      username: ghostgate
      secret: { file: ${places.secretFile} }
      channel_token: { file: ${places.tokenFile} }
trunks:
  - name: carrier
    sources: [${TRUNK}]
enforce:
  - nftables: { sip_ports: [${variant.port}] }
  - asterisk-acl: { file: ${places.aclFile} }
  - fail2ban: { socket: ${places.fail2ban} }
store: { path: ${places.folder}/store }
metrics: { listen: false }
`;
}
