/**
 * What kept a connection to NATS from coming about, with what to do where that is known; the
 * library and OpenSSL tell only what they saw.
 */
export function troubleIn(error: unknown, caFile: string | undefined): string {
  const seen = causes(error);
  const what = seen.map(({ message }) => message).find((message) => message !== '') ?? 'no reason';
  const advice = seen.map((each) => adviceFor(each, caFile)).find((text) => text !== undefined);
  return advice === undefined ? what : `${what}: ${advice}`;
}

function adviceFor({ code, message }: Seen, caFile: string | undefined): string | undefined {
  if (UNKNOWN_CA.has(code)) {
    return caFile === undefined
      ? "no CA that this machine knows has signed the server's certificate; name its own in fleet.ca_file (--ca)"
      : `the server's certificate is not signed by the CA in ${caFile} (fleet.ca_file, --ca)`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return "the server's certificate is for another name: write that name in fleet.servers (--server), or have a certificate made for this one";
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return "renew the server's certificate, or look at the clock of this machine";
  }
  if (caFile !== undefined && message.includes(caFile)) {
    return 'fleet.ca_file (--ca) names a file that ghostgate can read: the certificate of the CA, in PEM';
  }
  return undefined;
}

const UNKNOWN_CA = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]);

interface Seen {
  readonly code: string;
  readonly message: string;
}

/** The error and what it came of. */
function causes(error: unknown): Seen[] {
  const found: Seen[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    found.push({ code, message: at.message });
  }
  return found.length > 0 ? found : [{ code: '', message: String(error) }];
}
