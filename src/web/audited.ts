import type { AuditEntry } from '../judge/audit.ts';
import type { Control } from './control.ts';
import type { LockdownControl } from './control-lockdown.ts';

/** Which door an asker came through, and from where. */
export type Doorway = Pick<AuditEntry, 'door' | 'from'>;

/** The same control, but who did what through this door is kept, what was refused too. */
export function audited(control: Control, doorway: Doorway): Control {
  const { lockdown, feeds } = control;
  const keep = (
    did: AuditEntry['did'],
    what: Pick<AuditEntry, 'by' | 'target' | 'because'>,
    answer: object,
  ): void => {
    const refused = 'refused' in answer ? { refused: String(answer.refused) } : {};
    control.keepAudit({ ...doorway, did, ...what, ...refused });
  };
  const kept =
    <Request extends { by: string }, Answer extends object>(
      did: AuditEntry['did'],
      act: (request: Request) => Promise<Answer>,
    ) =>
    async (request: Request): Promise<Answer> => {
      const answer = await act(request);
      keep(did, { by: request.by }, answer);
      return answer;
    };
  return {
    ...control,
    async ban(request) {
      const answer = await control.ban(request);
      const { by, target, because } = request;
      keep('ban', { by, because, target: 'ban' in answer ? answer.ban.target : target }, answer);
      return answer;
    },
    async unban(request) {
      const answer = await control.unban(request);
      const { by, target, because } = request;
      keep('unban', { by, target, because }, answer);
      return answer;
    },
    async reload(by) {
      const answer = await control.reload(by);
      const no = 'ok' in answer ? {} : { refused: 'the policy holds mistakes' };
      keep('reload', { by: by ?? 'root' }, no);
      return answer;
    },
    feeds: {
      view: () => feeds.view(),
      refresh: (request) => feeds.refresh(request),
      async accept(request) {
        const answer = await feeds.accept(request);
        keep('feed accept', { by: request.by, target: request.name }, answer);
        return answer;
      },
    },
    lockdown: {
      view: () => lockdown.view(),
      on: kept('lockdown on', (request: LockdownOn) => lockdown.on(request)),
      confirm: kept('lockdown confirm', (request: By) => lockdown.confirm(request)),
      off: kept('lockdown off', (request: By) => lockdown.off(request)),
    },
  };
}

type LockdownOn = Parameters<LockdownControl['on']>[0];
type By = Parameters<LockdownControl['off']>[0];
