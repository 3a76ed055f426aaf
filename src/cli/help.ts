import type { Output } from './output.ts';

/** `ghostgate help`: every command in a line. */
export function help(_args: string[], out: Output): number {
  out.out(HELP);
  return 0;
}

const HELP = `ghostgate COMMAND [OPTIONS]

Keeps ghost calls off a PBX: rejects the call nobody stands behind and shuts its
source out.

Commands:
  init       find the PBX on this machine and write a policy to begin with
  install    write what the PBX needs into its configuration, diff first
  uninstall  bring the PBX's configuration back, byte for byte
  run        guard the PBXs of a policy until told to stop
  central    guard the PBXs of many sites from one machine; check, status
  check      read a policy and tell every mistake with its place
  doctor     ask each PBX whether it is guarded; each finding with its fix
  status     are the PBXs guarded? links, enforcers, bans, calls, notices
  watch      look on: verdicts, bans, notices as they come
  bans       who is shut out, why and for how long
  ban        shut a source out by hand
  unban      let a source in again
  explain    the story of a source or a call: each verdict, its rule and why
  report     one page for the customer: HTML, PDF or JSON
  notify     who is told when something happens; try it out
  audit      who banned, let in, reloaded, logged in
  password   the line to keep in place of a password of the page
  replay     what a policy would have done, over a journal or a PBX's log
  test       does a policy decide as its tests say?
  capture    export the journal of judged events, anonymised for a bug report
  lockdown   SIP for trunks, trusted networks and registered phones alone
  feeds      lists of addresses: what is in force, what is held back
  fleet      over all sites: who they are, what they tell, unban, allow
  firewall   print that rule for the router or firewall in front
  completion print what makes bash, zsh or fish complete all this
  man        print the manual page
  version    print the version

Examples:
  ghostgate init
  ghostgate install asterisk --dry-run
  ghostgate check /etc/ghostgate/policy.yaml
  ghostgate run --policy /etc/ghostgate/policy.yaml
  ghostgate status
  ghostgate explain 203.0.113.9
  ghostgate unban 203.0.113.9 --because "customer's new office"

Each command explains itself: ghostgate ban --help
The commands find the daemon at /run/ghostgate/ghostgate.sock, at
GHOSTGATE_SOCKET, at --socket PATH, or, where ghostgate central runs, by
--site NAME.`;
