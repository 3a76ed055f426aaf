import { secondsOf } from './fields.ts';
import type { FeedPolicy, GeoPlaces, GeoPolicy } from './policy-feeds.ts';
import type { Written } from './schema.ts';

/** One feed as the program uses it. */
export function compileFeed(written: Written['feeds'][number]): FeedPolicy {
  const { name, url, file = '', format, column, every, use, max_entries } = written;
  return {
    name,
    from: url === undefined ? { file } : { url },
    format,
    column,
    everySeconds: secondsOf(every),
    use,
    maxEntries: max_entries,
  };
}

/** Undefined where no file is named: nothing is looked up then. */
export function compileGeo(written: Written['geo']): GeoPolicy | undefined {
  const { country_file, asn_file, deny, evidence } = written;
  if (country_file === undefined && asn_file === undefined) return undefined;
  return {
    countryFile: country_file,
    asnFile: asn_file,
    deny: compilePlaces(deny),
    evidence: compilePlaces(evidence),
  };
}

function compilePlaces(written: Written['geo']['deny']): GeoPlaces {
  const { countries, all_countries_but, asns } = written;
  return { countries, allCountriesBut: all_countries_but, asns };
}
