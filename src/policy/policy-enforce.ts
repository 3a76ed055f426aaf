export type EnforcerPolicy =
  | { readonly kind: 'observe' }
  | {
      readonly kind: 'nftables';
      readonly table: string;
      /** SIP ports whose real senders are remembered against forged events. */
      readonly sipPorts: readonly number[];
      /** Whom `ghostgate lockdown` leaves in besides trunks and trusted networks. */
      readonly lockdown: { readonly registered: boolean };
    }
  | {
      readonly kind: 'asterisk-acl';
      /** Include file that Ghostgate owns. */
      readonly file: string;
      /** Name of the ACL in it. */
      readonly acl: string;
      readonly capacity: number;
      /** PBXs (names) told to read it again. */
      readonly pbxs: readonly string[];
    }
  | {
      readonly kind: 'freeswitch-acl';
      /** Include file that Ghostgate owns, read from within acl.conf.xml's <network-lists>. */
      readonly file: string;
      /** Name of the list in it. */
      readonly list: string;
      readonly capacity: number;
      /** PBXs (names) told to read it again. */
      readonly pbxs: readonly string[];
    }
  | {
      /** The gate's own ban list in the PBX's memory; there whenever the policy has a gate. */
      readonly kind: 'asterisk-db';
      readonly capacity: number;
      /** PBXs (names) that hold it. */
      readonly pbxs: readonly string[];
    }
  | {
      /** The same for FreeSWITCH. */
      readonly kind: 'freeswitch-hash';
      readonly capacity: number;
      readonly pbxs: readonly string[];
    }
  | {
      readonly kind: 'fail2ban';
      readonly jail: string;
      readonly socket: string;
    }
  | {
      readonly kind: 'ipset';
      /** Its two sets are this name with 4 and with 6 behind it. */
      readonly set: string;
      /** Keep a rule in iptables that drops who is in them. */
      readonly rule: boolean;
    }
  | {
      readonly kind: 'crowdsec';
      /** Of the local API, without a slash at its end. */
      readonly url: string;
      readonly machine: string;
      /** Read from the file or the environment at load; never logged. */
      readonly password: string;
    };
