// The labelled mixed set: attacks and good traffic of one PBX within two hours, judged at once.
import { mixedPolicy, mixedRecords, overall, scores } from '../test/replay/mixed.ts';
import { table, thousands } from './figures.ts';

const records = await mixedRecords();
const all = scores(records, await mixedPolicy());
const rows = [['', 'sources', 'banned', 'caught', 'recall', 'calls', 'rejected', 'wrong']];
for (const score of all.toSorted((a, b) => Number(a.good) - Number(b.good))) {
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
const { precision, recall } = overall(all);
console.log(table(rows));
console.log(
  `${thousands(records.length)} records; precision ${(precision * 100).toFixed(1)} %, recall ${(recall * 100).toFixed(1)} %`,
);
console.log('promise: 0 good sources banned, 0 good calls lost, every attack class caught');
