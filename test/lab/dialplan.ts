import { readFileSync } from 'node:fs';
import { fromRoot } from '../root.ts';
import type { Variant } from './variant.ts';

/** What the ACL include file is called, inside /etc/asterisk. */
export const ACL_FILE = 'ghostgate_acl.conf';

/**
 * Files of /etc/asterisk with what Ghostgate needs there: those of dialplan/asterisk as they ship,
 * put where its README says.
 * @param own the PBX's own files, some of which are added to
 */
export function withGhostgate(
  own: Record<string, string>,
  { secret, token }: Variant,
): Record<string, string> {
  return {
    ...own,
    'manager.conf': `${MANAGER}${shipped('manager.d/ghostgate.conf', secret)}`,
    'extensions.conf': `${shipped('globals.conf', token)}${own['extensions.conf'] ?? ''}`,
    'pjsip.conf': `${own['pjsip.conf'] ?? ''}${shipped('pjsip.conf')}`,
    'acl.conf': shipped('acl.conf'),
    [ACL_FILE]: shipped(ACL_FILE),
  };
}

const MANAGER = `[general]
enabled = yes
bindaddr = 127.0.0.1
channelvars = GHOSTGATE_TOKEN
`;

function shipped(name: string, secret = ''): string {
  const text = readFileSync(fromRoot('dialplan', 'asterisk', name), 'utf8');
  return text.replaceAll('CHANGE-ME', secret);
}
