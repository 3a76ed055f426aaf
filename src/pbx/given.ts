/** The same object without the keys that are undefined, for types with exact optional keys. */
export type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

export function given<T extends object>(values: T): Given<T> {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets the keys.
  return Object.fromEntries(kept) as Given<T>;
}
