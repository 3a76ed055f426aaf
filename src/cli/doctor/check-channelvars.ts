import { failed, type Finding, ok, unseen, warning } from './finding.ts';

const TOKEN = 'GHOSTGATE_TOKEN';
const WHERE = 'In [general] of manager.conf (on FreePBX manager_custom.conf, under [general](+))';
const RELOAD = "asterisk -rx 'manager reload'";

/**
 * Functions in `channelvars` deadlock Asterisk 16 and 22 with the first calls (facts, §3).
 * @param names in `channelvars`; undefined when they cannot be seen
 */
export function checkChannelVariables(names: readonly string[] | undefined): Finding {
  if (names === undefined) {
    const what = 'the PBX does not tell what stands in channelvars; a function there deadlocks it';
    const say = 'Look on the PBX; there must be no brackets in what this prints:';
    return unseen('channelvars', what, say, "asterisk -rx 'manager show settings' | grep -i var");
  }
  const functions = names.filter((name) => name.includes('('));
  if (functions.length === 0) {
    const what =
      names.length === 0 ? 'channelvars is empty' : `channelvars holds ${names.join(', ')}`;
    return ok('channelvars', `${what}: no function, so nothing that deadlocks Asterisk`);
  }
  const plain = names.filter((name) => !name.includes('('));
  const what = `channelvars holds the function ${functions.join(', ')}: Asterisk deadlocks with the first calls, and answers no more INVITEs until it is killed`;
  const line =
    plain.length === 0 ? `; channelvars = ${names.join(',')}` : `channelvars = ${plain.join(',')}`;
  return failed(
    'channelvars',
    what,
    `${WHERE} write the line without the function, before the next call comes. These lines show where it stands:`,
    'grep -n channelvars /etc/asterisk/manager*.conf',
    line,
    RELOAD,
  );
}

/**
 * The mark that no forged event can bear: policy, global variable and channelvars must agree.
 * @param wanted `channel_token` of the policy
 * @param found value of the global
 */
export function checkToken(
  wanted: string | undefined,
  found: string,
  names: readonly string[] | undefined,
): Finding {
  const printed = names?.includes(TOKEN);
  if (wanted === undefined) {
    const what =
      'genuine channel events carry no mark: a forged one is told from them by its shape alone';
    return warning(
      'token',
      what,
      'Name the file that holds the mark in the policy, under asterisk:. This makes both:',
      ...INSTALL,
      'channel_token: { file: /etc/ghostgate/channel.token }',
    );
  }
  if (found !== wanted) {
    const what = `${found === '' ? `the PBX has no global ${TOKEN}` : `the global ${TOKEN} is not the channel_token of the policy`}: every call looks forged, and none is judged`;
    return failed(
      'token',
      what,
      `In [globals] of extensions.conf (on FreePBX globals_custom.conf, without the section’s name) write this with the text of the policy’s channel_token, then reload:`,
      `${TOKEN}=…`,
      "asterisk -rx 'dialplan reload'",
    );
  }
  if (printed === false) {
    const what = `channelvars does not hold ${TOKEN}: every call looks forged, and none is judged`;
    const line = `channelvars = ${[...(names ?? []).filter((name) => !name.includes('(')), TOKEN].join(',')}`;
    return failed('token', what, `${WHERE} write:`, line, RELOAD);
  }
  return ok('token', 'genuine channel events carry the mark of the policy');
}

const INSTALL = ['ghostgate install asterisk    # or: ghostgate install freepbx'];
