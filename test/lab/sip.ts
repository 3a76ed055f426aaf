import { fromBuild } from './daemon.ts';
import { must } from './process.ts';
import type { Task, Told } from './sip-client.ts';

/** Lets the small SIP client do one task inside a namespace. */
export async function sip(netns: string, task: Task): Promise<Told> {
  const client = fromBuild('test', 'lab', 'sip-client.js');
  const told: Told = JSON.parse(await must('node', [client, JSON.stringify(task)], { netns }));
  return told;
}
