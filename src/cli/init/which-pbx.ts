import type { Files } from '../install/change.ts';
import type { Missing } from './answers.ts';
import type { Asker } from './asker.ts';
import { findPbxs } from './find-pbx.ts';
import type { FoundPbx } from './found.ts';
import type { Asked } from './wanted.ts';

/** The one PBX that is meant: the only one, the named one, or the one a person chooses. */
export async function whichPbx(
  files: Files,
  { kind, places }: Asked,
  person: Asker | undefined,
): Promise<FoundPbx | Missing> {
  const all = findPbxs(files, places);
  const fitting = all.filter((each) => kind === undefined || each.kind === kind);
  const [only, second] = fitting;
  if (only === undefined) {
    const others = all.map((each) => `${each.kind} (${each.sign})`).join(', ');
    return {
      missing:
        kind === undefined
          ? `no PBX was found: no asterisk.conf in ${places.etc}, no freeswitch.xml, no FusionPBX`
          : `no ${kind} was found${others === '' ? '' : `, but ${others}`}`,
      hint: 'name its configuration: --etc DIR for Asterisk, --conf DIR for FreeSWITCH',
    };
  }
  if (second === undefined) return only;
  const kinds = fitting.map((each) => each.kind);
  if (person === undefined)
    return {
      missing: `more than one PBX was found: ${kinds.join(', ')}`,
      hint: `--pbx ${only.kind}`,
    };
  const answer = await person.asks(`Which PBX: ${kinds.join(', ')}?`, only.kind);
  const chosen = fitting.find((each) => each.kind === answer);
  return (
    chosen ?? { missing: `there is no PBX ${JSON.stringify(answer)}`, hint: `--pbx ${only.kind}` }
  );
}
