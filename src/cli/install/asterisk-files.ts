import { posix } from 'node:path';
import { daemonUser } from './daemon-user.ts';
import type { Draft } from './draft.ts';
import type { Files } from './change.ts';
import { lastOf, placeText, type Conf, type Section } from './conf.ts';
import { readConf } from './conf-tree.ts';

/** Files that are ours alone, by name; planning leaves them out of what it reads. */
export const OWN = {
  manager: 'ghostgate.conf',
  acl: 'ghostgate_acl.conf',
  gate: 'extensions_ghostgate.conf',
  contexts: 'extensions_ghostgate_contexts.conf',
} as const;

/**
 * The ACL's file. Where the daemon is not root it has a folder of its own in the PBX's, for it puts
 * the file there anew with each change, and nothing else of the PBX is its to write.
 */
export function aclPlace(files: Files, folder: string): string {
  const own = daemonUser(files) === undefined ? folder : posix.join(folder, NAME);
  return posix.join(own, OWN.acl);
}

/** The user of AMI, the ACL and the section of pjsip.conf, all of this name. */
export const NAME = 'ghostgate';
/** The plain variable that marks genuine channel events. */
export const TOKEN = 'GHOSTGATE_TOKEN';

/** How ghostgate_acl.conf begins, as it ships and as the daemon writes it. */
export const ACL_BEGINS = '; This file belongs to Ghostgate';

/** Configurations as Asterisk reads them, without what is ours. */
export interface AsteriskConfs {
  readonly asterisk: Conf;
  readonly modules: Conf;
  readonly extconfig: Conf;
  readonly manager: Conf;
  readonly extensions: Conf;
  readonly acl: Conf;
  readonly pjsip: Conf;
  readonly wizard: Conf;
  readonly sorcery: Conf;
  readonly sip: Conf;
  readonly users: Conf;
}

export function readAsterisk(files: Files, folder: string): AsteriskConfs {
  const read = (name: string): Conf => readConf(files, folder, name, Object.values(OWN));
  return {
    asterisk: read('asterisk.conf'),
    modules: read('modules.conf'),
    extconfig: read('extconfig.conf'),
    manager: read('manager.conf'),
    extensions: read('extensions.conf'),
    acl: read('acl.conf'),
    pjsip: read('pjsip.conf'),
    wizard: read('pjsip_wizard.conf'),
    sorcery: read('sorcery.conf'),
    sip: read('sip.conf'),
    users: read('users.conf'),
  };
}

/** The one section of this name; a second one is refused, for Asterisk would see the first alone. */
export function onlySection(draft: Draft, conf: Conf, name: string): Section | undefined {
  const [first, second] = conf.sections.filter((each) => each.name.toLowerCase() === name);
  if (second !== undefined) {
    const what = `a second section [${name}], which Asterisk passes over`;
    draft.refuse({ where: placeText(second), what, hint: `make it [${name}](+), or one of both` });
  }
  return first;
}

/** Refuses a name that is ours and is taken. */
export function refuseTaken(draft: Draft, conf: Conf, what: string): void {
  for (const section of conf.sections.filter(({ name }) => name === NAME)) {
    const hint = 'take it out if it was put there by hand for Ghostgate; else give it another name';
    draft.refuse({ where: placeText(section), what: `${what} [${NAME}] is there already`, hint });
  }
}

/** Refuses a file that Asterisk reads from a database instead (extconfig.conf). */
export function refuseElsewhere(draft: Draft, { extconfig }: AsteriskConfs, name: string): void {
  for (const { variables } of extconfig.sections) {
    for (const each of variables.filter((variable) => variable.name === name)) {
      const hint = `change it in its database as dialplan/asterisk/README.md says, or take the line out`;
      draft.refuse({ where: placeText(each), what: `${name} is read from elsewhere`, hint });
    }
  }
}

/** Whether modules.conf keeps a module out. */
export function isKeptOut({ modules }: AsteriskConfs, module: string): boolean {
  const section = modules.sections.find(({ name }) => name === 'modules');
  const names = section?.variables.filter(({ name }) => name === 'noload') ?? [];
  return (
    names.some(({ value }) => value === module || `${value}.so` === module) &&
    lastOf(section, 'load')?.value !== module
  );
}
