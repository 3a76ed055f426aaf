import type { Machine } from '../../../src/cli/init/machine.ts';
import { filesOf } from '../install/files.ts';

export interface MachineShape {
  /** Texts by absolute path. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** What programs print, by their command line; nothing else runs. */
  readonly says?: Readonly<Record<string, string>> | undefined;
  readonly interfaces?: Machine['interfaces'];
  readonly admin?: string;
}

/** A machine of texts. */
export function machineOf({
  files = {},
  says = {},
  interfaces = [],
  admin,
}: MachineShape): Machine {
  return {
    files: filesOf(files),
    hostname: 'pbx.example',
    interfaces,
    admin,
    says: (command) => Promise.resolve(says[command.join(' ')]),
  };
}
