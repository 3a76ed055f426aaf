import { join, posix } from 'node:path';
import { freeswitchLayout } from '../../pbx/freeswitch/layout.ts';
import type { Change, Plan, Refusal, Wish } from './change.ts';
import { disk } from './disk.ts';
import { InstallError } from './install-error.ts';
import type { Manifest } from './manifest.ts';
import { planAsterisk } from './plan-asterisk.ts';
import { planFreepbx } from './plan-freepbx.ts';
import { planFreeswitch } from './plan-freeswitch.ts';
import { fusionpbxTable } from './fusionpbx-table.ts';
import { planFusionpbx } from './plan-fusionpbx.ts';
import { restored } from './restore.ts';
import type { Asked } from './wanted.ts';

export interface Planned {
  readonly plan: Plan;
  readonly folder: string;
  /** A file that the PBX can read. */
  readonly like: string;
}

/** The plan for what the disk holds, with what an earlier install wrote and this one does without taken back. */
export function planned(asked: Asked, wish: Wish, earlier: Manifest | undefined): Planned {
  const { kind, state } = asked;
  const { plan, folder, like } = planOf(asked, wish, earlier);
  if (earlier !== undefined && earlier.folder !== folder) {
    const hint = `ghostgate uninstall ${kind} first, or --state with another folder`;
    throw new InstallError(`${state} remembers an install in ${earlier.folder}`, hint);
  }
  const wanted = new Set(plan.changes.map(({ path }) => path));
  const changes: Change[] = [];
  const refusals: Refusal[] = [];
  for (const entry of (earlier?.files ?? []).filter(({ path }) => !wanted.has(path))) {
    const { path, style, keeper } = entry;
    const back = restored(entry, join(state, kind, 'files'));
    if ('refused' in back) refusals.push({ where: path, what: back.refused, hint: back.hint });
    else
      changes.push({
        path,
        style,
        keeper,
        owner: 'kept',
        why: 'no longer wanted',
        now: back.now,
        before: back.text,
        after: back.text,
      });
  }
  // What is taken back must be read too.
  const reload = changes.length === 0 ? plan.reload : [...plan.reload, ...(earlier?.reload ?? [])];
  return {
    folder,
    like,
    plan: {
      ...plan,
      changes: [...plan.changes, ...changes],
      refusals: [...plan.refusals, ...refusals],
      reload: [...new Map(reload.map((command) => [command.join(' '), command])).values()],
    },
  };
}

function planOf(
  { kind, conf, config }: Asked,
  wish: Wish,
  earlierInstall: Manifest | undefined,
): Planned {
  if (kind === 'asterisk' || kind === 'freepbx') {
    const plan = kind === 'asterisk' ? planAsterisk : planFreepbx;
    const named = ['manager.conf', 'asterisk.conf'].map((name) => join(wish.folder, name));
    const like = named.find((path) => disk.read(path) !== undefined) ?? wish.folder;
    return { plan: plan(disk, wish), folder: wish.folder, like };
  }
  const layout = freeswitchLayout(disk, conf);
  if (kind === 'fusionpbx') {
    const earlier = (earlierInstall?.rows ?? []).map(({ row }) => row);
    const place = { config, layout, earlier, table: fusionpbxTable };
    return {
      plan: planFusionpbx(disk, place, wish),
      folder: posix.dirname(config),
      like: config,
    };
  }
  const folder = layout?.folder ?? conf ?? '/etc/freeswitch';
  const like = join(folder, 'freeswitch.xml');
  return { plan: planFreeswitch(disk, layout, { ...wish, folder }), folder, like };
}
