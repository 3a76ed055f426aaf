/** What a user of the fake AMI server may do. */
export interface FakeUser {
  readonly secret: string;
  /** Classes of events it may read; default all of them. */
  readonly read?: readonly string[];
  /** Classes of actions it may write; default all of them. */
  readonly write?: readonly string[];
}

export type Row = Readonly<Record<string, string>>;

export interface FakeOptions {
  /** Default: one user `ghostgate` with secret `secret`. */
  readonly users?: Readonly<Record<string, FakeUser>>;
  /** AMI version in the greeting. */
  readonly version?: string;
  /** 0 or left out: any free port of loopback. */
  readonly port?: number;
  /** Challenge answers Error, as where MD5 is not offered. */
  readonly refuseChallenge?: boolean;
  /** Every Filter answers Error. */
  readonly refuseFilters?: boolean;
  /** Answer to Getvar; undefined: an empty value. Channel is '' for globals. */
  readonly getvar?: (channel: string, variable: string) => string | undefined;
  /** Writes every byte in pieces of this many. */
  readonly chunkBytes?: number;
}

export interface RecordedAction {
  readonly session: FakeSession;
  /** Headers of the action, `Action` and `ActionID` among them. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface FakeSession {
  readonly user: string | undefined;
  /** Event mask of its Login. */
  readonly events: string;
  readonly filters: readonly string[];
  /** Bytes to this session alone, as they are. */
  send(text: string): void;
  reset(): void;
}

/** A PBX that speaks AMI on loopback and does what a test tells it. */
export interface FakeAmi {
  readonly port: number;
  /** Those connected now. */
  readonly sessions: readonly FakeSession[];
  /** Every action since the start, the oldest first. */
  readonly actions: readonly RecordedAction[];
  /** Channel variables for Getvar: channel, then variable. */
  readonly channels: Map<string, Map<string, string>>;
  /** Rows of the list actions, set by the test. */
  contacts: readonly Row[];
  endpoints: readonly Row[];
  sipPeers: readonly Row[];
  /** AstDB as DBPut and DBDel left it: `family/key` to value. */
  readonly database: Map<string, string>;
  /** Sends one frame (without its empty line) to every session that reads its class. */
  emit(frameText: string): void;
  /** Sends a capture's frames, its greeting and login left out. */
  play(captureText: string | Buffer): void;
  /** Resolves with the first recorded action that fits; also one that came before. */
  seen(
    action: string,
    fits?: (headers: ReadonlyMap<string, string>) => boolean,
  ): Promise<RecordedAction>;
  /** Stops reading and answering, keeps the connections open, as a hung PBX does. */
  stall(): void;
  resume(): void;
  /** Resets every connection. */
  drop(): void;
  stop(): Promise<void>;
  /** Listens again on the same port after `stop`, or drops everything and goes on. */
  restart(): Promise<void>;
}

export function startAmiServer(_options: FakeOptions = {}): Promise<FakeAmi> {
  throw new Error('not written yet');
}
