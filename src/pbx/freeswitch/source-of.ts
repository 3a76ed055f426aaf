import { parseAddress, source } from '../../event/source.ts';
import type { Source } from '../../event/sip-event.ts';

/**
 * Reads an address and a port as FreeSWITCH writes them: IPv6 compressed and without brackets.
 * The transport stays unknown: every event takes it from the Via or Contact header, the sender's
 * own text (sofia_reg.c, sofia_glue_via2transport).
 */
export function sourceOf(
  address: string | undefined,
  port: string | undefined,
): Source | undefined {
  const parsed = parseAddress(address ?? '');
  const number = /^\d{1,5}$/.test(port ?? '') ? Number(port) : 0;
  return parsed === undefined ? undefined : source(parsed, number > 65_535 ? 0 : number);
}
