import { constants, setPriority } from 'node:os';

/**
 * A verdict races a ringing phone and a scanner's next packet, on a machine whose PBX is busy just
 * then. The daemon needs little time, but at once: on two busy cores a ban came a tenth sooner so.
 * Without the right to it (CAP_SYS_NICE) everything works as well, a little later.
 */
export function goFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Not ours to have; nothing depends on it.
  }
}
