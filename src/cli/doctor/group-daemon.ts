import type { Policy } from '../../policy/policy.ts';
import type { StatusReport } from '../../web/status-report.ts';
import { outages, problems } from '../../web/health.ts';
import type { Reply } from '../client.ts';
import { failed, type Finding, type Group, ok, warning } from './finding.ts';

/** What the running Ghostgate says of itself, if one runs. */
export function daemonGroup(policy: Policy, reply: Reply<StatusReport>): Group {
  return {
    name: 'Ghostgate',
    findings: reply.ok ? checkDaemon(policy, reply.body) : [away(reply)],
  };
}

function checkDaemon({ mode }: Policy, report: StatusReport): Finding[] {
  const out = new Set(outages(report));
  const wrong = problems(report).map((problem) => {
    const tell = out.has(problem) ? failed : warning;
    return tell('daemon', problem, 'The log says more:', 'journalctl -u ghostgate -n 50');
  });
  const observes =
    report.mode === 'observe' && mode === 'observe'
      ? [
          warning(
            'daemon',
            'it judges and touches nothing: mode is observe',
            'When its verdicts look right, write into the policy:',
            'mode: enforce',
          ),
        ]
      : [];
  if (wrong.length + observes.length > 0) return [...wrong, ...observes];
  return [ok('daemon', `Ghostgate ${report.version} runs, and says that all is well`)];
}

function away({ error, hint }: Extract<Reply<StatusReport>, { ok: false }>): Finding {
  return warning('daemon', `${error}: nobody judges`, hint ?? 'systemctl start ghostgate');
}
