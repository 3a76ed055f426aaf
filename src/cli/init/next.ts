import type { Kind } from '../install/manifest.ts';

export interface Done {
  readonly kind: Kind;
  /** Where the policy was written, and where it is meant to be. */
  readonly written: string;
  readonly policy: string;
  readonly installed: boolean;
  /** The package's unit is on this machine. */
  readonly service: boolean;
}

/** A step that is left, and its command. */
export interface Step {
  readonly what: string;
  readonly command: string | undefined;
}

/** What to do next, in its order. */
export function nextSteps({ kind, written, policy, installed, service }: Done): Step[] {
  const usual = policy === '/etc/ghostgate/policy.yaml';
  const move = {
    what: 'Compare it with the policy that is there, and put it in its place.',
    command: `diff ${policy} ${written}`,
  };
  const prepare = {
    what: 'Prepare the PBX: a diff first, then it asks.',
    command: `ghostgate install ${kind} --reload`,
  };
  const run =
    service && usual
      ? { what: 'Start it.', command: 'systemctl restart ghostgate' }
      : { what: 'Start it, as root.', command: `ghostgate run --policy ${policy}` };
  return [
    ...(written === policy ? [] : [move]),
    ...(installed ? [] : [prepare]),
    run,
    {
      what: 'See whether the PBX is guarded; each finding says its fix.',
      command: `ghostgate doctor${usual ? '' : ` --policy ${policy}`}`,
    },
    {
      what: 'Let it watch for a day or two. These say what it would have done.',
      command: 'ghostgate status && ghostgate bans',
    },
    {
      what: `Then write mode: enforce into ${policy}; it is read again by itself. From then on strangers are rejected and shut out.`,
      command: undefined,
    },
  ];
}
