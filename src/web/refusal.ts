/** The daemon said no: why, and what the operator may do. */
export interface Refusal {
  readonly refused: string;
  readonly hint?: string;
}
