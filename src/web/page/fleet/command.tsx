import { say } from './state.ts';

/** A command for the operator's machine, and a press that copies it. */
export function Command({ line }: { line: string }) {
  return (
    <p class="command">
      <code>{line}</code>
      <Copy line={line} label={`Copy: ${line}`} word="Copy" />
    </p>
  );
}

export function Copy({ line, label, word }: { line: string; label: string; word: string }) {
  return (
    <button aria-label={label} title={line} onClick={() => void copy(line)}>
      {word}
    </button>
  );
}

/** Browsers give the clipboard to pages of this machine or with TLS alone: the command is shown as well. */
async function copy(line: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(line);
    say(`Copied: ${line}`);
  } catch {
    say(line);
  }
}
