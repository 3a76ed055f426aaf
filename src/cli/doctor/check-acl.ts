import type { AsteriskFacts } from '../../pbx/asterisk/examine/facts.ts';
import { failed, type Finding, ok, unseen, warning } from './finding.ts';

const RELOAD = "asterisk -rx 'module reload acl'; asterisk -rx 'module reload res_pjsip_acl.so'";

/** Whether the ACL that bans are written to is there, lets the rest in, and stands before chan_pjsip. */
export function checkAcl(
  { acl, drivers }: Pick<AsteriskFacts, 'acl' | 'drivers'>,
  name: string,
): Finding {
  if (acl.deniesAll) {
    const what = `the ACL ${name} denies everybody: every call is refused`;
    return failed('acl', what, 'Take the deny of 0.0.0.0/0 out of its file, then reload:', RELOAD);
  }
  if (acl.firstPermit === undefined) {
    const what = `whether Asterisk knows the ACL ${name} is not told`;
    const say = 'Look; it must begin with allow - 0.0.0.0/0.0.0.0:';
    return unseen('acl', what, say, `asterisk -rx 'acl show ${name}'`);
  }
  if (!/^0\.0\.0\.0\/(?:0|0\.0\.0\.0)$/.test(acl.firstPermit)) {
    const what =
      acl.firstPermit === ''
        ? `Asterisk knows no ACL ${name}: bans written to it shut nobody out`
        : `the ACL ${name} does not begin by letting everybody in`;
    return failed(
      'acl',
      what,
      'The file of Ghostgate must be included at the end of acl.conf; put the file there first:',
      '#include ghostgate_acl.conf',
      RELOAD,
    );
  }
  if (drivers.sip && !drivers.pjsip) {
    const what = `only chan_sip takes calls here, and it has no ACL for everybody: bans in the ACL ${name} shut nobody out`;
    return warning(
      'acl',
      what,
      'Let the packet filter hold the bans; in the policy:',
      'enforce: [nftables]',
    );
  }
  if (acl.attached === undefined) {
    const say = 'Look whether pjsip.conf, with what it includes, holds this section:';
    return unseen(
      'acl',
      `whether chan_pjsip asks the ACL ${name} is not told`,
      say,
      ...SECTION(name),
    );
  }
  if (!acl.attached.includes(name)) {
    const what = `the ACL ${name} stands before nothing: no type=acl in pjsip.conf names it, and bans in it shut nobody out`;
    return failed(
      'acl',
      what,
      'Append to pjsip.conf (on FreePBX pjsip_custom.conf), then reload:',
      ...SECTION(name),
      RELOAD,
    );
  }
  return ok('acl', `the ACL ${name} stands before chan_pjsip and denies nobody but the banned`);
}

const SECTION = (name: string): string[] => [`[${name}]`, 'type = acl', `acl = ${name}`];
