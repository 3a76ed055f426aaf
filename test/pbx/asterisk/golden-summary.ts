import { frameReader } from '../../../src/pbx/asterisk/frame.ts';
import { wanted } from '../../../src/pbx/asterisk/routes.ts';
import { SECURITY_EVENTS } from '../../../src/pbx/asterisk/security-shape.ts';
import { translateSecurity } from '../../../src/pbx/asterisk/translate.ts';
import { translateChannel } from '../../../src/pbx/asterisk/translate-channel.ts';

/** What a capture amounts to: how often each thing was said, by whom. */
export type Summary = Readonly<Record<string, number>>;

/**
 * Reads a capture the hardest way: security and call events from one stream and no event filters
 * before it, so that reader and translator alone stand between a forged frame and the judge.
 */
export function summarise(capture: Buffer): Summary {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const reader = frameReader(
    {
      frame(frame) {
        if (frame.kind !== 'event' || !wanted(frame.name)) return;
        const news = SECURITY_EVENTS.has(frame.name)
          ? translateSecurity(frame, 'lab', 0)
          : translateChannel(frame, undefined);
        if (news === undefined) return;
        if ('event' in news) {
          const { kind, source, account, proof } = news.event;
          count(
            `${kind} of ${account ?? 'nobody'} from ${source.address} ${source.transport} ${proof}`,
          );
        } else if ('hint' in news) count(`hint of ${news.hint.account} at ${news.hint.address}`);
        else if ('opened' in news) {
          const { channel, callingNumber = '', calledNumber = '', context = '' } = news.opened;
          const name = channel.replace(/-[0-9a-f]{8}$/, '');
          count(`call ${name} ${callingNumber} to ${calledNumber} in ${context}`);
        } else if ('dialled' in news) count('dialled');
        else if ('ended' in news) count('ended');
        else count('refused');
      },
      refused: () => count('refused'),
    },
    { wants: wanted },
  );
  reader.push(capture);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
