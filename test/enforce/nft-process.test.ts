import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import { nftProcess, type NftProcess } from '../../src/enforce/nft-process.ts';

/**
 * Speaks as `nft -i` does: silence for what is right, three lines for what is wrong. Words that
 * begin with `die` end it: `die-once` only until it has been ended by it.
 */
const LIKE_NFT = `
const { existsSync, writeFileSync } = require('node:fs');
const died = __filename + '.died';
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'die') process.exit(1);
  if (line === 'die-once' && !existsSync(died)) { writeFileSync(died, ''); process.exit(1); }
  if (/^(ghostgate-end|wrong)/.test(line)) {
    process.stderr.write('Error: syntax error, unexpected newline\\n' + line + '\\n   ^\\n');
  }
});`;

test('nft process: each answer belongs to its question', async () => {
  await withNft(async (nft) => {
    const lines = Array.from({ length: 200 }, (_, at) => (at % 3 === 0 ? `wrong ${at}` : 'right'));
    const answers = await Promise.all(lines.map((line) => nft.ask(line)));
    assert.deepEqual(
      answers.map(({ error }) => error !== undefined),
      lines.map((line) => line !== 'right'),
    );
  });
});

test('nft process: what a dying process had not answered is asked once more', async () => {
  await withNft(async (nft) => {
    const asked = ['right', 'die-once', 'wrong', 'right'].map((line) => nft.ask(line));
    const answers = await Promise.all(asked);
    assert.deepEqual(
      answers.map(({ error }) => error !== undefined),
      [false, false, true, false],
    );
  });
});

test('nft process: a command that always ends it is a fault, and later ones go on', async () => {
  await withNft(async (nft) => {
    await assert.rejects(nft.ask('die'), EnforceError);
    assert.deepEqual(await nft.ask('right'), { error: undefined });
  });
});

test('nft process: too many questions at once are refused', async () => {
  await withNft(async (nft) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1_200 }, () => nft.ask('right')),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 200);
  });
});

test('nft process: answers what was asked before it was closed, and starts again when asked', async () => {
  await withNft(async (nft) => {
    const asked = nft.ask('wrong');
    nft.close();
    assert.match((await asked).error ?? '', /syntax error/);
    assert.deepEqual(await nft.ask('right'), { error: undefined });
  });
});

async function withNft(check: (nft: NftProcess) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostgate-nft-'));
  const program = join(folder, 'nft.cjs');
  await writeFile(program, LIKE_NFT);
  const nft = nftProcess([process.execPath, program]);
  try {
    await check(nft);
  } finally {
    nft.close();
    await rm(folder, { recursive: true });
  }
}
