import { ask } from './api.ts';

/** The first stop of the tab key: past the head of the page. */
export function Skip() {
  return (
    <a class="skip" href="#main" onClick={skip}>
      Skip to the content
    </a>
  );
}

/** The hash names the view: the link only moves the focus. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}

/** Who is logged in, and the way out. @param leave forgets what was shown */
export function Who({ by, leave }: { by: string | undefined; leave: () => void }) {
  const logout = async (): Promise<void> => {
    await ask('POST', '/logout');
    leave();
  };
  return (
    <span class="who">
      {by}
      <button class="plain" onClick={() => void logout()}>
        Log out
      </button>
    </span>
  );
}

/** The one line that says whether all is well, and what of it is called out. */
export function Headline({ line }: { line: { tone: string; text: string; alert?: string } }) {
  return (
    <>
      <p class={`headline ${line.tone}`}>
        <span class="dot" aria-hidden="true" />
        {line.text}
      </p>
      <p class="hidden" role="alert">
        {line.alert}
      </p>
    </>
  );
}
