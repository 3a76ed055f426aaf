/**
 * The figures of many sites as one text in Prometheus format: each sample with its site as a
 * label, those of one metric together, each metric explained once (the format asks for both).
 */
export function mergeMetrics(
  sites: readonly { readonly site: string; readonly text: string }[],
): string {
  const families = new Map<string, { about: string[]; samples: string[] }>();
  for (const { site, text } of sites) {
    let family = { about: [] as string[], samples: [] as string[] };
    for (const line of text.split('\n')) {
      const [, kind, name = ''] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
      if (kind === undefined) {
        if (line !== '') family.samples.push(labelled(line, site));
        continue;
      }
      family = families.get(name) ?? { about: [], samples: [] };
      families.set(name, family);
      // HELP, then TYPE.
      if (family.about.length < 2) family.about.push(line);
    }
  }
  const lines = [...families.values()].flatMap(({ about, samples }) =>
    samples.length === 0 ? [] : [...about, ...samples],
  );
  return `${lines.join('\n')}\n`;
}

/** Names of sites hold nothing that needs escaping (policy/fields.ts, name). */
function labelled(sample: string, site: string): string {
  const brace = sample.indexOf('{');
  const space = sample.indexOf(' ');
  if (brace === -1 || brace > space) {
    return `${sample.slice(0, space)}{site="${site}"}${sample.slice(space)}`;
  }
  const rest = sample.slice(brace + 1);
  return `${sample.slice(0, brace)}{site="${site}"${rest.startsWith('}') ? '' : ','}${rest}`;
}
