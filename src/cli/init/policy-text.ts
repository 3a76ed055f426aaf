import { cleanText } from '../../event/text.ts';
import { fill } from '../../policy/sample-text.ts';
import type { Choices } from './choices.ts';

/** The policy with the reason of each part, in mode observe. */
export function policyText(choices: Choices, version: string): string {
  const { site, networks } = choices;
  return [
    ...about(
      `Ghostgate policy of ${site}, made by ghostgate init (${version}) from what it found on this machine. Read it once: what it does not know, it cannot trust. \`ghostgate check FILE\` says every mistake; \`ghostgate check --print-sample\` shows every other key with its default. The running Ghostgate reads the file again by itself when it changes.`,
    ),
    '',
    ...about('Name of this site in logs, metrics and notices.'),
    `site: ${quoted(site)}`,
    '',
    ...about(
      'observe: judge and log only, touch nothing. Leave it so for a day or two and read `ghostgate status` and `ghostgate bans`: they say what would have been rejected and shut out. When nobody good is among them, write enforce here: that is all it takes, and observe takes it back.',
    ),
    'mode: observe',
    '',
    ...pbxLines(choices),
    '',
    ...trunkLines(choices),
    '',
    ...about(
      'Addresses that may call and are never shut out. The addresses that you administer this machine from belong here: a ban in nftables drops everything from its source, ssh included. A router that hides callers behind its own address does not belong here: each stranger would be trusted.',
    ),
    'trust:',
    ...(networks.length === 0
      ? ['  networks: []']
      : [
          '  networks:',
          ...networks.map(({ network, why }) => `    - ${quoted(network)}${remark(why)}`),
        ]),
    ...about(phonesText(choices), 2),
    '  registered: true',
    '',
    ...about(
      'Calls from anybody else. reject: refuse them. watch: let through and count. pass: let through; for a site that wants calls from anywhere.',
    ),
    'calls:',
    '  from_strangers: reject',
    '',
    ...gateLines(choices),
    '',
    ...enforceLines(choices),
    '',
  ].join('\n');
}

function pbxLines({ pbx: { kind, port }, secretsFolder }: Choices): string[] {
  const isAsterisk = kind === 'asterisk' || kind === 'freepbx';
  const file = (name: string): string => `{ file: ${quoted(`${secretsFolder}/${name}`)} }`;
  const own = isAsterisk
    ? [
        '    asterisk:',
        '      host: 127.0.0.1',
        ...(port === undefined ? [] : [`      port: ${port}`]),
        '      username: ghostgate',
        `      secret: ${file('ami.secret')}`,
        ...about('What genuine channel events bear, so that forged ones are told apart.', 6),
        `      channel_token: ${file('channel.token')}`,
      ]
    : [
        '    freeswitch:',
        '      host: 127.0.0.1',
        ...(port === undefined ? [] : [`      port: ${port}`]),
        `      password: ${file('esl.password')}`,
      ];
  return [
    ...about(
      `The PBX, over ${isAsterisk ? 'AMI' : 'its event socket'}. Secrets lie in files of their own; ghostgate install writes the same into the PBX.`,
    ),
    'pbxs:',
    `  - name: ${kind}`,
    ...own,
  ];
}

function trunkLines({ trunks }: Choices): string[] {
  const head = about(
    'The carriers’ links: their sources are always trusted and never shut out. A carrier may send from more addresses than it is called at: ask it, and add them. `ghostgate doctor` and `ghostgate status` say when the PBX, DNS or calls name more. Names are followed in DNS (SRV, A, AAAA); prefixes are written 203.0.113.0/28.',
  );
  if (trunks.length === 0)
    return [
      ...head,
      'trunks: []',
      '#  - name: carrier',
      '#    sources: [sip.carrier.example, 203.0.113.0/28]',
    ];
  const items = trunks.flatMap(({ name, sources, from }) => [
    `  - name: ${quoted(name)}${remark(from)}`,
    `    sources: [${sources.map(quoted).join(', ')}]`,
  ]);
  return [...head, 'trunks:', ...items];
}

function phonesText({ phones: { addresses, notAsked } }: Choices): string {
  const now =
    notAsked !== undefined
      ? ''
      : addresses.length === 0
        ? ' None is registered just now.'
        : ` Just now phones are registered from ${counted(addresses.length)}.`;
  return `A source with a live registration may call: phones at home need no line here.${now}`;
}

function gateLines({ gate, pbx: { kind } }: Choices): string[] {
  const how = gate
    ? 'It stands in the dialplan: a stranger’s call waits there, a tenth of a second at most, before anything rings. In mode observe nobody is refused by it.'
    : `true once it stands in the dialplan: \`ghostgate install ${kind}\` puts it there. Until then a call is hung up as soon as it is judged, and phones may ring before.`;
  return [
    ...about(`The gate. ${how}`),
    'gate:',
    `  enabled: ${gate}`,
    ...about(
      'While Ghostgate is away. trusted_only: the PBX refuses strangers by itself. pass: it lets them through.',
      2,
    ),
    '  when_away: trusted_only',
  ];
}

function enforceLines({ nftables, aclFile, pbx: { kind }, sipPorts }: Choices): string[] {
  const ports = sipPorts.some((port) => !USUAL_PORTS.includes(port)) ? sipPorts : undefined;
  const nft =
    ports === undefined
      ? ['nftables']
      : ['nftables:', `  sip_ports: [${ports.slice(0, MOST_PORTS).join(', ')}]`];
  const acl = kind === 'asterisk' || kind === 'freepbx' ? 'asterisk-acl' : 'freeswitch-acl';
  const missing = nftables
    ? ''
    : ' nft is not on this machine: `apt install nftables`, then take the # away; it is what shuts a source out best.';
  return [
    ...about(
      `Where bans are written once the mode is enforce; each ends by itself. nftables: the kernel drops every packet of the source.${missing}${aclFile === undefined ? '' : ` ${acl}: the PBX’s own list, which refuses it.`}`,
    ),
    'enforce:',
    ...behind(nft, !nftables),
    ...(aclFile === undefined ? [] : behind([`${acl}: { file: ${quoted(aclFile)} }`], false)),
    ...(aclFile === undefined && !nftables ? ['  - observe'] : []),
  ];
}

/** An item of a list, behind a # where it is off. */
function behind(lines: readonly string[], off: boolean): string[] {
  return lines.map((line, at) => `${off ? '#' : ''}  ${at === 0 ? '- ' : '  '}${line}`);
}

/** As the schema takes them. */
const MOST_PORTS = 16;
/** The default of nftables.sip_ports (policy/schema-enforce.ts). */
const USUAL_PORTS: readonly number[] = [5060, 5061, 5062, 5063, 5070, 5080, 5081, 5160, 5161];

function about(text: string, indent = 0): string[] {
  return fill(text, indent, '# ');
}

function remark(text: string): string {
  return `  # ${cleanText(text, 160) ?? ''}`;
}

/** Plain where YAML reads it as it stands; single quotes need only themselves doubled. */
function quoted(text: string): string {
  const isPlain =
    /^[A-Za-z/][\w./-]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}

function counted(count: number): string {
  return count === 1 ? 'one address' : `${count} addresses`;
}
