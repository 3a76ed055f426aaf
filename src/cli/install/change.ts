import type { RowChange } from './row.ts';

/** As much of a file system as planning takes; texts are latin1, so that every byte survives. Neither throws. */
export interface Files {
  /** Text of a file, undefined when there is none or it cannot be read. */
  read(path: string): string | undefined;
  /** Names in a folder, sorted; none when it cannot be read. */
  list(folder: string): readonly string[];
  isFolder(path: string): boolean;
}

/** One file as it stands and as it is to be. */
export interface Change {
  readonly path: string;
  /** As it stands; undefined: there is no such file. */
  readonly now: string | undefined;
  /** As it was without us: what `uninstall` brings back. */
  readonly before: string | undefined;
  /** As it is to be; undefined: it goes. */
  readonly after: string | undefined;
  /** Comments of this language hold the marks around our text. */
  readonly style: Style;
  /**
   * `kept`: as the file has them. `pbx`: as the PBX's own configuration has them, mode 0640.
   * `secret`: the user who installs, mode 0600; where the daemon has a user of its own, his group
   * may read it. `daemon`: that user, and the PBX's group may read it; without him as `pbx`.
   */
  readonly owner: 'kept' | 'pbx' | 'secret' | 'daemon';
  /** `daemon`: the running Ghostgate rewrites the whole file, so that it goes whatever it holds. */
  readonly keeper: 'person' | 'daemon';
  /** For the person who reads the diff. */
  readonly why: string;
}

export type Style = 'conf' | 'xml' | 'plain';

/** Something that is not understood, or would do harm: then nothing at all is written. */
export interface Refusal {
  /** file:line, or file. */
  readonly where: string;
  readonly what: string;
  /** What to do by hand. */
  readonly hint: string;
}

/** Everything an install would do, as data. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Rows of FusionPBX’s dialplan, which is no file. */
  readonly rows: readonly RowChange[];
  readonly refusals: readonly Refusal[];
  /** What the person should know besides. */
  readonly notes: readonly string[];
  /** Commands that make the PBX read it, in their order. */
  readonly reload: readonly (readonly string[])[];
}

/** Parts that can be left out. */
export type Part = 'gate' | 'acl' | 'token';

/** Made once and kept: what the PBX and Ghostgate must both know. */
export interface Secrets {
  readonly ami: string;
  readonly token: string;
  readonly esl: string;
}

/** What was asked for. */
export interface Wish {
  /** Folder of the PBX's configuration. */
  readonly folder: string;
  /** Folder of Ghostgate's own secrets. */
  readonly secretsFolder: string;
  readonly secrets: Secrets;
  readonly without: readonly Part[];
  /** Further contexts that get the gate. */
  readonly gateContexts: readonly string[];
  /** The files of dialplan/ as they ship, by their path in it. */
  readonly shipped: (path: string) => string;
}
