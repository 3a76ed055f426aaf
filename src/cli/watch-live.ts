import type { History } from '../judge/history.ts';
import { ask } from './client.ts';
import { follow } from './follow.ts';
import type { Told } from './follow.ts';
import { misused } from './args.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';
import { createTeller } from './watch-lines.ts';
import type { Filter, Happening } from './watch-lines.ts';
import type { Watched } from './watch-screen.ts';
import { frame } from './watch-screen.ts';
import type { Keyboard, Terminal } from './watch-terminal.ts';
import { openScreen } from './watch-terminal.ts';

/** More than any terminal has rows. */
const MOST_HAPPENINGS = 500;
const DRAW_MS = 100;
const CLOCK_MS = 1000;
const HISTORY_MS = 5000;
const AGAIN_MS = 2000;

/** The screen of `watch`, until q or Ctrl-C. A daemon that goes away is waited for. */
export async function watchOnScreen(
  socket: string,
  filter: Filter,
  out: Output,
  terminal: Terminal = process.stdout,
  keyboard: Keyboard = process.stdin,
): Promise<number> {
  const tell = createTeller(filter);
  let happenings: Happening[] = [];
  let watched: Watched = { happenings, isPaused: false };
  let isOver = false;
  let isPbxKnown = true;
  let drawing: NodeJS.Timeout | undefined;
  let following: ReturnType<typeof follow> | undefined;
  let wake: (() => void) | undefined;

  const quit = (): void => {
    isOver = true;
    following?.close();
    wake?.();
  };
  const soon = (): void => {
    drawing ??= setTimeout(() => {
      drawing = undefined;
      screen.draw(frame(watched, screen.size(), filter, out, Date.now()));
    }, DRAW_MS);
  };
  const pressed = (key: string): void => {
    if (key === 'q' || key === 'Q' || key === '\u0003') quit();
    if (key !== 'p' && key !== ' ') return;
    const isPaused = !watched.isPaused;
    watched = { ...watched, isPaused, ...(isPaused ? {} : { happenings }) };
    soon();
  };
  const told = (event: Told): void => {
    happenings = [...happenings, ...tell(event, Date.now())].slice(-MOST_HAPPENINGS);
    if (!watched.isPaused) watched = { ...watched, happenings };
    if (event.kind === 'status') {
      isPbxKnown =
        filter.pbx === undefined || event.status.pbxs.some(({ name }) => name === filter.pbx);
      if (!isPbxKnown) return quit();
      const { lost: _, ...found } = watched;
      watched = { ...found, status: event.status };
    }
    soon();
  };
  const look = async (): Promise<void> => {
    const reply = await ask<History>(socket, 'GET', '/history?hours=24');
    if (reply.ok) watched = { ...watched, history: reply.body };
    soon();
  };

  const screen = openScreen(terminal, keyboard, { pressed, resized: soon });
  process.once('SIGTERM', quit);
  const clock = setInterval(soon, CLOCK_MS);
  const looks = setInterval(() => void look(), HISTORY_MS);
  void look();
  try {
    soon();
    for (;;) {
      following = follow(socket, told);
      const ended = await following.ended;
      if (!isPbxKnown) {
        screen.close();
        return noSuchPbx(filter.pbx, out);
      }
      if (isOver || ended === undefined) return 0;
      // Never seen: the socket is wrong or the daemon is not there, which a screen would only hide.
      if (watched.status === undefined) {
        screen.close();
        return fail(out, ended.exit, ended.error, ended.hint);
      }
      watched = { ...watched, lost: `${ended.error}; trying again` };
      soon();
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, AGAIN_MS);
      });
      if (isOver) return 0;
    }
  } finally {
    clearInterval(clock);
    clearInterval(looks);
    clearTimeout(drawing);
    process.off('SIGTERM', quit);
    screen.close();
  }
}

/** The filter names a PBX that the daemon does not guard. */
export function noSuchPbx(pbx: string | undefined, out: Output): number {
  return misused(out, 'watch', `the policy has no PBX ${JSON.stringify(pbx)}`);
}
