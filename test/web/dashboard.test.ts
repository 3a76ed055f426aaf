import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { createMetrics } from '../../src/web/metrics.ts';
import { fromRoot } from '../root.ts';

const DASHBOARD = fromRoot('packaging/grafana/ghostgate.json');
const ALERTS = fromRoot('packaging/prometheus/alerts.yaml');

const dashboard = z
  .object({
    panels: z.array(
      z.object({
        id: z.number(),
        title: z.string(),
        type: z.string(),
        description: z.string().optional(),
        targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(DASHBOARD, 'utf8')));
const alerts = z
  .object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            annotations: z.object({ summary: z.string(), do: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(readFileSync(ALERTS, 'utf8')));

const queries = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({ where: title, expr, words: legendFormat })),
  ),
  ...alerts.groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr, annotations }) => ({
      where: alert,
      expr,
      words: annotations.summary,
    })),
  ),
];

test('dashboard and alerts: every metric and label they use is one of ours', () => {
  const known = new Map(
    createMetrics()
      .described()
      .map((metric) => [metric.name, metric]),
  );
  for (const { where, expr, words } of queries) {
    const names = [...expr.matchAll(/ghostgate_[a-z0-9_]+/g)].map(([name]) => name);
    const metrics = names.map((name) => known.get(name) ?? known.get(name.replace(/_bucket$/, '')));
    assert.ok(
      metrics.every((metric) => metric !== undefined),
      `${where}: no such metric: ${expr}`,
    );
    const labels = new Set([
      'instance',
      'job',
      'le',
      ...metrics.flatMap((one) => one?.labels ?? []),
    ]);
    const grouped = [...expr.matchAll(/ by \(([a-z_, ]+)\)/g)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    const matched = [...expr.matchAll(/([a-z_]+)=~?"/g)].map(([, label = '']) => label);
    const told = [...words.matchAll(/\{\{ ?(?:\$labels\.)?([a-z_]+) ?\}\}/g)].map(
      ([, label = '']) => label,
    );
    for (const label of [...grouped, ...matched, ...told]) {
      assert.ok(labels.has(label), `${where}: no such label: ${label}`);
    }
    // A sum keeps only the labels it is made by: a legend of any other would be empty.
    if (grouped.length > 0) {
      for (const label of told) assert.ok(grouped.includes(label), `${where}: lost label ${label}`);
    }
  }
});

test('dashboard: panels have numbers of their own, and all but rows say what they mean', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { title, type, description } of dashboard.panels) {
    assert.ok(type === 'row' || (description ?? '').length > 20, title);
  }
});

test('every metric of the guard is on the dashboard or in an alert', () => {
  const used = queries.flatMap(({ expr }) => expr.match(/ghostgate_\w+/g) ?? []);
  const isUsed = (name: string): boolean => used.includes(name) || used.includes(`${name}_bucket`);
  const unused = createMetrics()
    .described()
    .map(({ name }) => name)
    .filter((name) => !/^ghostgate_(?:process|nodejs)_/.test(name) && !isUsed(name));
  assert.deepEqual(unused, NOWHERE);
});

/** Told by another metric better, or of use only when looked for. */
const NOWHERE = [
  'ghostgate_policy_reload_seconds',
  'ghostgate_lockdown',
  'ghostgate_feed_fetched_seconds',
];

test('alerts: promtool finds nothing wrong', (t) => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
  } catch {
    return t.skip('needs promtool');
  }
  assert.match(
    execFileSync('promtool', ['check', 'rules', ALERTS], { encoding: 'utf8' }),
    /SUCCESS/,
  );
});
