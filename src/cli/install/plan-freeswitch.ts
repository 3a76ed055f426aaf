import { posix } from 'node:path';
import type { FreeswitchLayout } from '../../pbx/freeswitch/layout.ts';
import { canReplace, withoutBlocks } from './blocks.ts';
import type { Files, Plan, Wish } from './change.ts';
import { newDraft, type Draft } from './draft.ts';
import { xmlTags, type XmlTag } from './xml-tags.ts';

const ACL_BEGINS = '<!-- This file belongs to Ghostgate.';

/** Everything a FreeSWITCH needs whose configuration are files. */
export function planFreeswitch(
  files: Files,
  layout: FreeswitchLayout | undefined,
  wish: Wish,
): Plan {
  const draft = newDraft(files);
  if (layout === undefined) {
    const hint = 'name the folder that holds freeswitch.xml: --conf /etc/freeswitch';
    draft.refuse({ where: wish.folder, what: 'there is no FreeSWITCH here', hint });
    return draft.plan();
  }
  if (layout.kind === 'fusionpbx') {
    const what = 'FusionPBX makes this FreeSWITCH’s configuration from its database';
    draft.refuse({ where: layout.folder, what, hint: 'ghostgate install fusionpbx' });
    return draft.plan();
  }
  planEventSocket(draft, files, layout, wish);
  const listed = !wish.without.includes('acl') || !wish.without.includes('gate');
  if (listed && layout.acl.from === 'handler') {
    const what = 'a script or web server answers for acl.conf: no file is read';
    const hint = 'add --without acl --without gate, and enforce with nftables';
    draft.refuse({ where: layout.acl.file, what, hint });
  } else if (listed) {
    planList(draft, files, layout, wish);
    if (!wish.without.includes('gate')) planGates(draft, files, layout, wish);
    draft.reload('fs_cli', '-x', 'reloadacl');
  }
  // Last, for it cuts fs_cli off and may have changed its password.
  draft.reload('fs_cli', '-x', 'reload mod_event_socket');
  draft.note(
    'directory.xml and external.xml of dialplan/freeswitch are yours to place: see its README.md',
  );
  return draft.plan();
}

/** The socket listens on this machine alone, with a password that is not known to everybody. */
function planEventSocket(
  draft: Draft,
  files: Files,
  { eventSocket }: FreeswitchLayout,
  wish: Wish,
): void {
  const { file } = eventSocket;
  const tags = tagsOf(draft, files, file);
  if (eventSocket.from === 'handler' || tags === undefined) {
    const hint = 'set password and listen-ip where its configuration comes from, by hand';
    return draft.refuse({ where: file, what: 'is not what FreeSWITCH reads, or is missing', hint });
  }
  const params = (name: string): XmlTag[] =>
    tags.filter((tag) => tag.name === 'param' && tag.attributes['name'] === name);
  const value = (name: string): string | undefined => params(name).at(-1)?.attributes['value'];

  let password = value('password') ?? '';
  const isKnown = /^(?:ClueCon)?$/.test(password);
  if (isKnown) {
    password = wish.secrets.esl;
    setParam(draft, files, file, tags, params('password'), `name="password" value="${password}"`);
    draft.note(`fs_cli needs the new password from now on: fs_cli -p "$(cat ${secretFile(wish)})"`);
  } else if (!/^[\w.+~-]{1,200}$/.test(password)) {
    const hint = 'write a plain text there, of letters and digits';
    draft.refuse({ where: file, what: 'the password holds a variable or a rare character', hint });
  }
  const listens = value('listen-ip') ?? '0.0.0.0';
  const isOpen = !/^(?:127\.|::1$|localhost$)/.test(listens);
  if (isOpen && value('apply-inbound-acl') === undefined) {
    // Without a list the socket takes clients from loopback alone, whatever it listens on.
    setParam(draft, files, file, tags, params('listen-ip'), 'name="listen-ip" value="127.0.0.1"');
  } else if (isOpen) {
    draft.note(
      `the event socket listens on ${listens}, for those that apply-inbound-acl allows: left as it is`,
    );
  }
  const how = { style: 'plain', owner: 'secret', why: 'password: of the policy' } as const;
  draft.own(secretFile(wish), `${password}\n`, how);
}

function setParam(
  draft: Draft,
  files: Files,
  file: string,
  tags: readonly XmlTag[],
  found: readonly XmlTag[],
  attributes: string,
): void {
  const why = 'this machine only, and a password that nobody knows';
  const lines = [`    <param ${attributes}/>`];
  const [only, second] = found;
  const settings = tags.find(({ name }) => name === 'settings');
  const place = only ?? settings;
  if (place === undefined || second !== undefined || !place.alone || !isPlain(files, file, place)) {
    const hint = 'put each param on a line of its own, once';
    draft.refuse({
      where: `${file}:${(second ?? place)?.line ?? 1}`,
      what: 'is not written line by line',
      hint,
    });
  } else
    draft.edit(
      file,
      'xml',
      { at: only === undefined ? 'after' : 'instead', line: place.line, lines },
      why,
    );
}

/** The list of bans, and the line that reads it. */
function planList(draft: Draft, files: Files, { folder, acl }: FreeswitchLayout, wish: Wish): void {
  const tags = tagsOf(draft, files, acl.file) ?? [];
  draft.own(acl.include, wish.shipped('freeswitch/ghostgate.acl.xml'), {
    style: 'xml',
    owner: 'pbx',
    why: 'the list that Ghostgate writes its bans to',
    daemonBegins: ACL_BEGINS,
  });
  includeAfter(
    draft,
    acl.file,
    tags.filter(({ name }) => name === 'network-lists'),
    {
      tag: '<network-lists>',
      line: include(posix.dirname(acl.file), posix.join(folder, 'ghostgate.acl.xml')),
      why: 'reads the list',
    },
  );
}

/** The gate, before everything else in each context that strangers can reach. */
function planGates(draft: Draft, files: Files, { folder }: FreeswitchLayout, wish: Wish): void {
  const gate = posix.join(folder, 'ghostgate.gate.xml');
  const why = 'the gate: refuses whom the list denies, before anything rings';
  draft.own(gate, wish.shipped('freeswitch/ghostgate.gate.xml'), {
    style: 'xml',
    owner: 'pbx',
    why,
  });
  const dialplan = posix.join(folder, 'dialplan');
  const names = files.list(dialplan).filter((name) => name.endsWith('.xml'));
  for (const context of new Set(['public', ...wish.gateContexts])) {
    const places = names.flatMap((name) => {
      const file = posix.join(dialplan, name);
      const tags = tagsOf(draft, files, file) ?? [];
      return tags
        .filter((tag) => tag.name === 'context' && tag.attributes['name'] === context)
        .map((tag) => ({ file, tag }));
    });
    const file = places[0]?.file ?? posix.join(dialplan, 'public.xml');
    includeAfter(
      draft,
      file,
      places.map(({ tag }) => tag),
      {
        tag: `<context name="${context}">`,
        line: include(dialplan, gate),
        why: `the gate stands first in the context ${context}`,
      },
    );
  }
}

interface Inclusion {
  /** The tag that ours goes behind, for the person who has to mend it. */
  readonly tag: string;
  readonly line: string;
  readonly why: string;
}

function includeAfter(
  draft: Draft,
  file: string,
  tags: readonly XmlTag[],
  { tag, line, why }: Inclusion,
): void {
  const [only, second] = tags;
  if (only === undefined || second !== undefined || !only.alone) {
    const what = `${tag} does not stand there once, on a line of its own`;
    const hint = `put ${line.trim()} behind it by hand, and leave this part out: --without`;
    draft.refuse({ where: only === undefined ? file : `${file}:${only.line}`, what, hint });
  } else draft.edit(file, 'xml', { at: 'after', line: only.line, lines: [line] }, why);
}

/** By a path from the including file's folder, which is where FreeSWITCH looks (switch_xml.c, preprocess). */
function include(from: string, to: string): string {
  return `    <X-PRE-PROCESS cmd="include" data="${posix.relative(from, to)}"/>`;
}

function tagsOf(draft: Draft, files: Files, file: string): XmlTag[] | undefined {
  const text = files.read(file);
  if (text === undefined) return undefined;
  const stripped = withoutBlocks(text, 'xml');
  if ('text' in stripped) return xmlTags(stripped.text);
  const hint = 'undo that change, or take the lines from BEGIN to END out by hand';
  draft.refuse({
    where: `${file}:${stripped.changedAt}`,
    what: 'Ghostgate’s own text was changed',
    hint,
  });
  return [];
}

function isPlain(files: Files, file: string, { line }: XmlTag): boolean {
  const stripped = withoutBlocks(files.read(file) ?? '', 'xml');
  return 'text' in stripped && canReplace(stripped.text.split('\n')[line - 1] ?? '', 'xml');
}

function secretFile({ secretsFolder }: Wish): string {
  return posix.join(secretsFolder, 'esl.password');
}
