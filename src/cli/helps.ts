import type { Output } from './output.ts';

export type Command = (args: string[], out: Output) => Promise<number> | number;
/** Every command by its name, each loaded when it is wanted. */
export type CommandTable = Readonly<Record<string, () => Promise<Command>>>;

/** What a command prints of itself; empty where there is none of this name. */
export async function helpOf(
  load: (() => Promise<Command> | Command) | undefined,
  args: readonly string[],
): Promise<string> {
  let text = '';
  const out: Output = { out: (line) => void (text += `${line}\n`), err: () => {} };
  const command = await load?.();
  await command?.([...args], out);
  return text.trimEnd();
}
