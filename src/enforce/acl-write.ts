import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Text of the file, undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes the file whole or not at all: Asterisk may read it at any moment. The owner stays who he
 * was; a new file gets the group of its folder, so that Asterisk can read what root wrote.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const folder = dirname(file);
  const owner = await stat(file).catch(() => undefined);
  const group = owner?.gid ?? (await stat(folder)).gid;
  // The folder may belong to Asterisk's user, who must not choose what we write through: the name
  // is freed first and then made by us or not at all.
  const beside = join(folder, `.${basename(file)}.ghostgate`);
  await rm(beside, { force: true });
  const handle = await open(beside, 'wx', 0o640);
  try {
    const made = await handle.stat();
    const user = owner?.uid ?? made.uid;
    if (made.uid !== user || made.gid !== group) await handle.chown(user, group);
    await handle.chmod(0o640);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(beside, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
