/** Hides our own secrets, and whatever is set under a name that tells of one: a diff shows lines of others. */
export function hideSecrets(secrets: readonly string[]): (line: string) => string {
  return (line) => {
    let shown = line;
    for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, '…');
    return shown
      .replace(
        /^(\W{0,10}(?:was:\s*)?[\w-]{0,40}(?:secret|password|md5_cred)[\w-]{0,40}\s*=>?\s*).+$/i,
        '$1…',
      )
      .replaceAll(/(name="[^"]*(?:password|secret)[^"]*"\s+value=)"[^"]*"/gi, '$1"…"');
  };
}
