/** An AMI action: header names to values, `Action` among them, `ActionID` not. */
export type Action = Readonly<Record<string, string>>;

export function formatAction(_action: Action, _actionId: string): string {
  throw new Error('not written yet');
}

export function newActionId(): string {
  throw new Error('not written yet');
}
