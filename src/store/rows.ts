import type { StatementSyncInstance } from '@photostructure/sqlite';

/**
 * Rows of a query over our own STRICT tables. Their types are taken at their word here and
 * nowhere else: the schema and the statement stand in the same room.
 */
export function rowsOf<Row>(statement: StatementSyncInstance, ...values: unknown[]): Row[] {
  return statement.all(...values);
}
