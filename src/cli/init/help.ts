/** What `ghostgate init --help` prints. */
export const HELP = `ghostgate init [OPTIONS]

From a PBX to a policy: finds the PBX on this machine, its trunks, networks,
phones and SIP ports, asks what it cannot know, writes a commented policy in
mode observe, which touches nothing, and offers ghostgate install. It ends with
what to do next. A policy that is there is never written over. KIND is one of
asterisk, freepbx, freeswitch, fusionpbx.

Options:
  --pbx KIND             where more than one is found
  --site NAME            name of this site (the machine's)
  --trunk NAME=SOURCE,…  a carrier's link besides those found; may be repeated;
                         none: there is no carrier
  --network CIDR         a trusted network besides those found; may be repeated;
                         none: trusts none of those found
  --out FILE             the policy (/etc/ghostgate/policy.yaml); secrets lie
                         beside it
  --install              prepares the PBX as well: ghostgate install --reload
  --no-install           does not, and does not ask
  --yes                  takes what was found and does not ask
  --dry-run              prints the policy, writes nothing
  --etc DIR              configuration of Asterisk (/etc/asterisk)
  --conf DIR             configuration of FreeSWITCH (found by itself)
  --config FILE          FusionPBX's own (/etc/fusionpbx/config.conf)
  --state DIR            backups of install (/var/lib/ghostgate/install)
  --json                 machine-readable; needs --yes or --dry-run

Examples:
  ghostgate init
  ghostgate init --dry-run
  ghostgate init --yes --install --trunk gntel=sip.gntel.example
  ghostgate init --yes --trunk none --network 10.20.0.0/16 --out policy.yaml

Exit codes: 0 done, 1 not everything could be done, 2 usage, something is
missing, or nobody was there to ask`;
