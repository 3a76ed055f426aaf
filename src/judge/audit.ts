/** What a person, or a program with a token, told the daemon to do. */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The user's name, or the name of the token. */
  readonly by: string;
  /** The door it came through: the control socket, the page, a token on the API. */
  readonly door: 'socket' | 'page' | 'token';
  /** Address of the asker; absent for sockets of this machine. */
  readonly from?: string;
  readonly did:
    | 'ban'
    | 'unban'
    | 'reload'
    | 'lockdown on'
    | 'lockdown confirm'
    | 'lockdown off'
    | 'feed accept'
    | 'login'
    | 'logout'
    | 'login refused';
  /** What it was done to: a target, mostly. */
  readonly target?: string;
  /** The reason that was given. */
  readonly because?: string;
  /** Why the daemon did not do it; absent when it did. */
  readonly refused?: string;
}
