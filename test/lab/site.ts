import type { Net } from './net.ts';
import { startAsterisk } from './asterisk.ts';
import { startGoodTraffic } from './good.ts';
import { sleep, type Undo } from './process.ts';
import type { Report } from './report.ts';
import type { Variant } from './variant.ts';
import { countReached, reachedFrom } from './kernel.ts';

export async function attackSite(site: {
  undo: Undo;
  net: Net;
  variant: Variant;
  folder: string;
  told: Report;
}): Promise<void> {
  const { undo, net, variant, folder, told } = site;
  await countReached(net.pbx, variant.port);
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder);
  told.say(`== ${variant.name} ${asterisk.version}`);
  const good = await startGoodTraffic(undo, net, variant, folder);
  await sleep(5000);
  await good.stop();
  told.say(JSON.stringify(good.tallies()) + good.rang().slice(0, 4).join('\n'));
  told.say(String(await reachedFrom(net.pbx, '198.18.12.1')));
  await asterisk.stop();
}
