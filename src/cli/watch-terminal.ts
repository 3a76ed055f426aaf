import type { ReadStream, WriteStream } from 'node:tty';

/** A terminal that is drawn upon whole, and given back as it was. */
export interface Screen {
  size(): { columns: number; rows: number };
  draw(lines: readonly string[]): void;
  close(): void;
}

export type Terminal = Pick<WriteStream, 'write' | 'on' | 'off' | 'columns' | 'rows'>;
export type Keyboard = Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause' | 'isTTY'>;

/**
 * Takes the terminal over: its other screen (xterm's 1049), so that what was there comes back.
 * @param pressed told each key; Ctrl-C comes as `\u0003`, for raw mode sends no signal
 */
export function openScreen(
  terminal: Terminal,
  keyboard: Keyboard,
  { pressed, resized }: { pressed: (key: string) => void; resized: () => void },
): Screen {
  let drawn: readonly string[] = [];
  let isOpen = true;
  const onKeys = (keys: Buffer): void => {
    for (const key of keys.toString('latin1')) pressed(key);
  };
  const onResize = (): void => {
    drawn = [];
    resized();
  };
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    terminal.off('resize', onResize);
    keyboard.off('data', onKeys);
    if (keyboard.isTTY) keyboard.setRawMode(false);
    keyboard.pause();
    terminal.write(`${SHOW_CURSOR}${OTHER_SCREEN_OFF}`);
  };
  // Whatever ends the process, the terminal is given back.
  process.on('exit', close);
  terminal.on('resize', onResize);
  if (keyboard.isTTY) keyboard.setRawMode(true);
  keyboard.on('data', onKeys);
  keyboard.resume();
  terminal.write(`${OTHER_SCREEN_ON}${HIDE_CURSOR}${CLEAR}`);

  return {
    size: () => ({ columns: terminal.columns || 80, rows: terminal.rows || 24 }),
    draw(lines) {
      if (!isOpen) return;
      // Only lines that changed, in one write, within a synchronised update: nothing flickers.
      const changed = lines.flatMap((line, at) =>
        line === drawn[at] ? [] : [`\u001B[${at + 1};1H${line}${CLEAR_TO_END}`],
      );
      const all = drawn.length === 0 ? [CLEAR, ...changed] : changed;
      drawn = lines;
      if (all.length > 0) terminal.write(`${HOLD}${all.join('')}${SHOW}`);
    },
    close,
  };
}

const OTHER_SCREEN_ON = '\u001B[?1049h';
const OTHER_SCREEN_OFF = '\u001B[?1049l';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR = '\u001B[2J';
const CLEAR_TO_END = '\u001B[K';
/** Terminals that do not know synchronised updates (mode 2026) ignore them. */
const HOLD = '\u001B[?2026h';
const SHOW = '\u001B[?2026l';
