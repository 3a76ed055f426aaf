/**
 * The events we ask for, and no others: `all` would be 50 kB a call (facts/freeswitch.md §1).
 * That a phone rang shows in the CHANNEL_CREATE of its own leg. HEARTBEAT comes every 20 seconds,
 * so that an idle connection is not silent. SHUTDOWN tells a stopped server from a reloaded module,
 * whose farewells are the same; MODULE_* comes a dozen times when mod_sofia is reloaded. Every name behind CUSTOM is taken for a subclass, so
 * it stands last.
 */
export const SUBSCRIBE: readonly string[] = [
  'CHANNEL_CREATE',
  'CHANNEL_HANGUP_COMPLETE',
  'HEARTBEAT',
  'SHUTDOWN',
  'MODULE_LOAD',
  'MODULE_UNLOAD',
  'CUSTOM',
  'sofia::pre_register',
  'sofia::register_attempt',
  'sofia::register_failure',
  'sofia::register',
  'sofia::unregister',
  'sofia::expire',
  'sofia::wrong_call_state',
];

/** Headers that decide who is judged and what is hung up: FreeSWITCH writes each of them once. */
export const ONCE: readonly string[] = [
  'Unique-ID',
  'Caller-Network-Addr',
  'Other-Leg-Unique-ID',
  'variable_sip_network_ip',
  'variable_sip_authorized',
  'variable_sip_auth_username',
  'variable_sip_acl_authed_by',
  'network-ip',
  'network_ip',
  'auth-result',
];

/** All else that translate reads. Of the other headers nothing is kept. */
export const WANTED: readonly string[] = [
  'Call-Direction',
  'Caller-Source',
  'Caller-Channel-Created-Time',
  'Hangup-Cause',
  'Caller-Caller-ID-Number',
  'Caller-Caller-ID-Name',
  'Caller-Destination-Number',
  'Caller-Context',
  'variable_sip_network_port',
  'variable_sip_user_agent',
  'variable_sip_from_host',
  'variable_sip_from_tag',
  'variable_sip_call_id',
  'variable_sofia_profile_name',
  'network-port',
  'network_port',
  'from-user',
  'to-user',
  'from_user',
  'username',
  'user-agent',
  'call-id',
  'profile-name',
  'registration-type',
  'type',
  'name',
];
