/** The page, its API, and who may use them. */
export interface PagePolicy {
  readonly listen: { readonly host: string; readonly port: number } | { readonly socket: string };
  /** Host names that it may be asked by, besides localhost and addresses; lower case. */
  readonly names: readonly string[];
  /** A password as it is, or as the line that `ghostgate password` makes of it. */
  readonly users: readonly { readonly name: string; readonly password: string }[];
  readonly tokens: readonly {
    readonly name: string;
    readonly token: string;
    readonly may: 'read' | 'act';
  }[];
  readonly sessionSeconds: number;
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}
