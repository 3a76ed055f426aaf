import { span } from '../when.ts';
import { failed, type Finding, ok, warning } from './finding.ts';

/** What DNS said of one name just now, and what the daemon holds. */
export interface NameAnswer {
  readonly trunk: string;
  readonly host: string;
  /** Canonical addresses with their time to live in seconds. */
  readonly found: ReadonlyMap<string, number>;
  /** Why nothing was found. */
  readonly trouble?: string;
  /** Those of `found` that the running daemon does not take for this trunk's; undefined without a daemon. */
  readonly unknown?: readonly string[];
  /** The daemon holds addresses for this trunk from before; undefined without a daemon. */
  readonly remembered?: boolean;
}

export function checkName({
  trunk,
  host,
  found,
  trouble,
  unknown,
  remembered,
}: NameAnswer): Finding {
  const name = `${host} (trunk ${trunk})`;
  const lines = [`dig ${host} A`, `dig ${host} AAAA`, `dig _sip._udp.${host} SRV`];
  if (trouble !== undefined) {
    const say =
      'Ask by hand; when the name server is at fault, name the carrier’s addresses in the policy as well:';
    if (remembered === true) {
      return warning(
        'dns',
        `${name}: ${trouble}; the last good answer stays in force`,
        say,
        ...lines,
      );
    }
    return failed('dns', `${name}: ${trouble}; its calls are a stranger’s`, say, ...lines);
  }
  const addresses = [...found.keys()];
  const shortest = span(Math.min(...found.values()) * 1000);
  const told = `${name}: ${addresses.slice(0, MOST_SHOWN).join(', ')}${addresses.length > MOST_SHOWN ? ` and ${addresses.length - MOST_SHOWN} more` : ''}, for ${shortest}`;
  if (unknown === undefined || unknown.length === 0) return ok('dns', told);
  const what = `${told}; the running Ghostgate does not take ${unknown.slice(0, MOST_SHOWN).join(', ')} for this trunk’s: it heard another answer, or runs with another policy`;
  return warning(
    'dns',
    what,
    'It asks again by itself within five minutes; at once:',
    'systemctl reload ghostgate',
  );
}

const MOST_SHOWN = 5;
