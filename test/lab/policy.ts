import { TRUNK } from './net.ts';
import type { Variant } from './variant.ts';

export interface Places {
  readonly folder: string;
  readonly secretFile: string;
  readonly tokenFile: string;
  /** The `enforce` list, in YAML. */
  readonly enforce: readonly string[];
}

/** The policy of the lab: the rules that ship, in force, with the lab's places. */
export function policyText(variant: Variant, places: Places): string {
  const { folder, secretFile, tokenFile, enforce } = places;
  return `site: lab
mode: enforce
pbxs:
  - name: ${variant.name}
    asterisk:
      host: 127.0.0.1
      username: ghostgate
      secret: { file: ${secretFile} }
      channel_token: { file: ${tokenFile} }
trunks:
  - name: carrier
    sources: [${TRUNK}]
enforce:
${enforce.map((place) => `  - ${place}`).join('\n')}
store: { path: ${folder}/store }
metrics: { listen: false }
`;
}
