import type { Files } from './change.ts';

/** The user that the packaged service runs as, by numbers. */
export interface DaemonUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user `ghostgate`, whom the Debian package makes: then the daemon is not root, and what it has
 * to read or write must be its own. Undefined where there is none: root runs it.
 */
export function daemonUser(files: Pick<Files, 'read'>): DaemonUser | undefined {
  const [, uid, gid] =
    /^ghostgate:[^:\n]*:(\d{1,9}):(\d{1,9}):/m.exec(files.read(PASSWD) ?? '') ?? [];
  return uid === undefined || gid === undefined
    ? undefined
    : { uid: Number(uid), gid: Number(gid) };
}

const PASSWD = '/etc/passwd';
