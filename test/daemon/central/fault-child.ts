import { pino } from 'pino';
import { startAmiServer } from '../../fake/ami-server.ts';
import { centralScene, isUp } from './scene.ts';

// In a process of its own, for the test runner has its own ideas of faults nobody caught. The log
// of site two throws when its link is up for the first time: a mistake of ours, in the middle of a
// listener.
const [one, two] = [await startAmiServer(), await startAmiServer()];
const scene = centralScene();
scene.write('one.yaml', 'one', one.port);
scene.write('two.yaml', 'two', two.port);
let thrown = false;
const quiet = pino({ level: 'silent' });
await scene.run((_level, site) => {
  if (site !== 'two') return quiet;
  return Object.assign(Object.create(quiet) as typeof quiet, {
    info(fields: { event?: string; state?: string }) {
      if (thrown || fields.event !== 'link' || fields.state !== 'up') return;
      thrown = true;
      throw new Error('a mistake of ours');
    },
  });
});
const second = await scene.until('two.yaml', (site) => site.faults === 1 && isUp(site));
const first = await scene.until('one.yaml', isUp);
const logins = ({ actions }: typeof one): number =>
  actions.filter(({ headers }) => headers.get('Action') === 'Login').length;
const told = {
  faults: [first.faults, second.faults],
  connections: [logins(one) / 5, Math.ceil(logins(two) / 5)],
  up: [isUp(first), isUp(second)],
};
await scene.close();
await Promise.all([one.stop(), two.stop()]);
process.stdout.write(`${JSON.stringify(told)}\n`);
process.exit(0);
