import { disk } from './disk.ts';
import { fusionpbxConfig } from './fusionpbx-config.ts';
import { fusionpbxTable, type Table } from './fusionpbx-table.ts';
import { InstallError } from './install-error.ts';

/** The table that a config.conf of FusionPBX leads to. Throws InstallError. */
export function openTable(config: string): Table {
  const text = disk.read(config);
  if (text === undefined) {
    const hint = 'put it back: it says how FusionPBX’s database is reached';
    throw new InstallError(`${config} cannot be read`, hint);
  }
  const { database } = fusionpbxConfig(text);
  if ('refused' in database)
    throw new InstallError(`${config}: ${database.refused}`, database.hint);
  return fusionpbxTable(database);
}
