import type { MetricHelp } from '../../src/web/metrics.ts';

/** docs/reference/metrics.md: every metric, from the registry. */
export function metricsPage(metrics: readonly MetricHelp[]): string {
  const own = metrics.filter(({ name }) => !isOfNode(name));
  const ofNode = metrics.filter(({ name }) => isOfNode(name));
  return `${[...HEAD, ...table(own), '', ...NODE, ...table(ofNode)].join('\n')}\n`;
}

const HEAD = [
  '# Every metric',
  '',
  'Made from the program by `npm run docs`. Prometheus scrapes them at the address of `metrics.listen` (path `/metrics`). No address,',
  'account or user agent is ever a label: how many there are would be the attacker’s to choose. [Watching it](../monitoring.md) has',
  'the dashboard, the alerts and what to look at first.',
  '',
];

const NODE = [
  '## Of the process',
  '',
  'What `prom-client` tells of every Node.js process, under our prefix.',
  '',
];

function table(metrics: readonly MetricHelp[]): string[] {
  const rows = metrics.map(({ name, kind, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${kind} | ${shown} | ${help.replaceAll('|', '\\|')} |`;
  });
  return ['| metric | kind | labels | what it counts |', '|---|---|---|---|', ...rows];
}

function isOfNode(name: string): boolean {
  return /^ghostgate_(?:process|nodejs)_/.test(name);
}
