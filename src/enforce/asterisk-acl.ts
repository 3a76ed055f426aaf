import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import { aclEntries, aclText, isOurs } from './acl-file.ts';
import { aclPlace } from './acl-place.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';

type AsteriskAclPolicy = Omit<Extract<EnforcerPolicy, { kind: 'asterisk-acl' }>, 'kind' | 'pbxs'>;

export interface AsteriskAclOptions {
  /** Has the PBX read its ACL files again; rejects when it says no or is away. */
  readonly reload: () => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Bans in force that the ACL has no room for. */
  readonly onSkipped?: (targets: readonly string[]) => void;
}

/**
 * A named ACL in an include file of our own. Reading it costs Asterisk the square of its length
 * (facts: 1,000 lines 3 ms, 50,000 lines 18 s). AMI cannot tell what an ACL holds: what the file
 * says counts as in force once the reload succeeded.
 */
export function asteriskAcl(policy: AsteriskAclPolicy, options: AsteriskAclOptions): Enforcer {
  const { file, acl, capacity } = policy;
  const { reload, now = Date.now, onSkipped = () => {} } = options;
  checkName(acl);
  return aclPlace({
    name: 'asterisk-acl',
    file,
    capacity,
    form: {
      text: (entries) => aclText(acl, entries),
      entries: aclEntries,
      isOurs,
      foreignHint: 'Name a file of its own in the policy, and #include it in acl.conf.',
      reloadHint:
        'Is the PBX up, and does the AMI user have write=system? The file is written; the next tick tells the PBX again.',
      notReadHint: '#include it in acl.conf.',
    },
    reload,
    now,
    onSkipped,
  });
}

/** It becomes a section of Asterisk's configuration. */
function checkName(acl: string): void {
  if (/^[A-Za-z0-9_-]{1,60}$/.test(acl)) return;
  throw new EnforceError(
    'asterisk-acl: bad ACL name',
    'An ACL is named with up to 60 letters, digits, - and _.',
  );
}
