/** What somebody may be told of. */
export type NotifyKind =
  /** A phone rang for a ghost call. */
  | 'rang'
  | 'notice'
  /** A ban was refused, or there were too many. */
  | 'breaker'
  /** A link was lost, or is up again; likewise the next three. */
  | 'link'
  | 'enforcer'
  | 'policy'
  | 'problem'
  /** In a digest, never alone. */
  | 'ban'
  | 'canary';

/** A way to tell somebody. */
export type NotifyPolicy = {
  readonly name: string;
  readonly on: readonly NotifyKind[];
  /** What happens in this time after a message goes into one. */
  readonly groupSeconds: number;
  readonly mostPerHour: number;
} & NotifyWay;

export type NotifyWay =
  | {
      readonly kind: 'webhook';
      /** A secret: who knows it can post there. */
      readonly url: string;
      readonly format: 'json' | 'slack' | 'teams';
      /** Signs each post. */
      readonly secret: string | undefined;
    }
  | ({ readonly kind: 'smtp' } & Mailed & {
        readonly host: string;
        readonly port: number;
        readonly tls: 'starttls' | 'tls' | 'none';
        readonly login: { readonly user: string; readonly password: string } | undefined;
      })
  | ({ readonly kind: 'sendmail' } & Mailed & {
        /** Of the program. */
        readonly path: string;
      });

export interface Mailed {
  readonly to: readonly string[];
  readonly from: string;
}
