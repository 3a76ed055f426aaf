// The labelled mixed set: attacks and good traffic of one PBX within two hours, judged at once.
import type { Score } from '../test/replay/mixed.ts';
import { heldOutScores, mixedPolicy, mixedRecords, overall, scores } from '../test/replay/mixed.ts';
import { table, thousands } from './figures.ts';

const records = await mixedRecords();
const all = scores(records, await mixedPolicy());
const { precision, recall } = overall(all);
console.log(tableOf(all));
console.log(
  `${thousands(records.length)} records; precision ${(precision * 100).toFixed(1)} %, recall ${(recall * 100).toFixed(1)} %`,
);
console.log('promise: 0 good sources banned, 0 good calls lost, every attack class caught');

for (const [pbx, held] of await heldOutScores()) {
  console.log(`\nheld out, ${pbx}: attacks that the rules were not tuned on`);
  console.log(tableOf(held));
  console.log(`recall ${(overall(held).recall * 100).toFixed(1)} %`);
}

function tableOf(judged: readonly Score[]): string {
  const rows = [['', 'sources', 'banned', 'caught', 'recall', 'calls', 'rejected', 'wrong']];
  for (const score of judged.toSorted((one, other) => Number(one.good) - Number(other.good))) {
    rows.push([
      `${score.good ? 'good' : 'attack'}: ${score.class}`,
      thousands(score.sources),
      thousands(score.banned),
      score.good ? '' : thousands(score.caught),
      score.good ? '' : `${((score.caught / score.sources) * 100).toFixed(0)} %`,
      thousands(score.calls),
      thousands(score.rejected),
      thousands(score.wrongCalls),
    ]);
  }
  return table(rows);
}
