import type { Replayed, Tried } from '../replay/replay.ts';

/** What `replay --json` prints. */
export interface ReplayReport {
  readonly files: readonly string[];
  readonly lines: number;
  readonly events: number;
  readonly seconds: number;
  /** Lines that were not believed, by why. */
  readonly notBelieved: Replayed['counts']['refused'];
  readonly tally: Replayed['tally'];
  readonly against?: NonNullable<Replayed['against']>;
  /** What this history cannot prove, a sentence each. */
  readonly cannotProve: readonly string[];
}

export function replayReport(
  { counts, tally, against }: Replayed,
  run: {
    readonly files: readonly string[];
    readonly seconds: number;
    readonly tried: Tried;
    readonly against: Tried | undefined;
  },
): ReplayReport {
  return {
    files: run.files,
    lines: counts.lines,
    events: counts.events,
    seconds: Math.round(run.seconds * 100) / 100,
    notBelieved: counts.refused,
    tally,
    ...(against === undefined ? {} : { against }),
    cannotProve: doubts(counts, [run.tried, ...(run.against === undefined ? [] : [run.against])]),
  };
}

function doubts({ kinds, lines, events, refused }: Replayed['counts'], tried: readonly Tried[]) {
  const isLog = kinds.has('asterisk') || kinds.has('freeswitch');
  const nameless = tried
    .flatMap(({ policy, hosts }) =>
      policy.trunks.flatMap((trunk) => trunk.hosts.filter((host) => !hosts.get(host)?.length)),
    )
    .filter((host, at, all) => all.indexOf(host) === at);
  return [
    ...(lines > 0 && events === 0
      ? [
          'Nothing in these files was an event: are they logs of a PBX, or a journal? For Asterisk, logger.conf must have `security` or `notice` in a file.',
        ]
      : []),
    ...(isLog
      ? [
          'A log alone cannot prove who sent anything: a sender can put line ends into both PBXs’ logs, and a line forged in full looks genuine. Everything in a log counts as forgeable here, so that it leads to quarantines at the most; `run` knows more.',
          'Registrations are guessed from answered challenges, an hour each; a log does not tell which are live.',
          'Calls that the PBX let in are mostly not in a log, so this says little about calls: replay our own journal for them.',
        ]
      : []),
    ...(kinds.has('freeswitch')
      ? [
          'FreeSWITCH writes wrong passwords into its log only with the profile’s log-auth-failures, and marks forged lines only with `uuid` in logfile.conf, as shipped.',
        ]
      : []),
    ...((refused.tainted ?? 0) > 0
      ? [
          `${refused.tainted} lines stood close before a trace of forging and were left out: some of them may have been true.`,
        ]
      : []),
    ...(kinds.has('journal')
      ? [
          'Standings begin empty with the first line: what a source did before it is not counted. What a packet filter knew of forged events is replayed as it was recorded.',
        ]
      : []),
    ...(nameless.length > 0 && !kinds.has('journal')
      ? [
          `No address is known for the trunk ${nameless.length === 1 ? 'name' : 'names'} ${nameless.join(', ')}: while that is so, nobody is shut out, as in \`run\`.`,
        ]
      : []),
  ];
}
