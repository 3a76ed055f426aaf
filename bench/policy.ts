import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicy } from '../src/policy/load.ts';
import type { Policy } from '../src/policy/policy.ts';

/** The defaults of the policy, as a site would run them. */
export async function benchPolicy(): Promise<Policy> {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-bench-'));
  try {
    const path = join(folder, 'policy.yaml');
    writeFileSync(
      path,
      'site: bench\npbxs:\n  - name: bench\n    asterisk: { username: x, secret: { env: X } }\n',
    );
    const loaded = await loadPolicy(path, { X: 'secret' });
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
    return loaded.policy;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
