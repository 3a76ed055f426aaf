import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeMetrics } from '../../src/web/merge-metrics.ts';

test('each metric stands together, is explained once, and says whose it is', () => {
  assert.equal(
    mergeMetrics([
      { site: 'one', text: text(1) },
      { site: 'two', text: text(3) },
    ]),
    `# HELP a_total Of a
# TYPE a_total counter
a_total{site="one"} 1
a_total{site="one",pbx="x",le="+Inf"} 2
a_total{site="two"} 3
a_total{site="two",pbx="x",le="+Inf"} 2
# HELP b Of b
# TYPE b gauge
b{site="one"} 1
b{site="two"} 3
`,
  );
});

function text(n: number): string {
  return `# HELP a_total Of a
# TYPE a_total counter
a_total ${n}
a_total{pbx="x",le="+Inf"} 2

# HELP b Of b
# TYPE b gauge
b{} ${n}
# HELP none Of nothing
# TYPE none gauge
`;
}
