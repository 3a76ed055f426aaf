import { learnAsteriskTrunks } from '../pbx/asterisk/examine/trunks.ts';
import { learnFreeswitchTrunks } from '../pbx/freeswitch/trunks.ts';
import type { TrunkProposal } from '../pbx/trunks.ts';
import type { PbxPolicy } from '../policy/policy-pbx.ts';

/**
 * Which trunks a PBX is configured with, asked over a connection of its own; undefined when it does
 * not tell. Changes nothing, on the PBX or here: a proposal is for a person to take or leave.
 * Rejects with AmiError or EslError when it cannot be asked.
 */
export function learnTrunks(pbx: PbxPolicy): Promise<readonly TrunkProposal[] | undefined> {
  return 'asterisk' in pbx
    ? learnAsteriskTrunks(pbx.asterisk)
    : learnFreeswitchTrunks(pbx.freeswitch);
}
