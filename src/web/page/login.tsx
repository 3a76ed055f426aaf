import { useSignal } from '@preact/signals';
import { ask } from './api.ts';

/** @param start what follows a login */
export function Login({ start }: { start: () => Promise<void> }) {
  const error = useSignal('');
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const fields = new FormData(form);
    busy.value = true;
    const login = { user: fields.get('user'), password: fields.get('password') };
    const reply = await ask('POST', '/login', login);
    busy.value = false;
    if ('error' in reply) error.value = reply.error;
    else void start();
  };
  return (
    <main class="login">
      <form onSubmit={(event) => void submit(event)}>
        <h1>
          <img src="icon.svg" alt="" width="28" height="28" /> Ghostgate
        </h1>
        <label>
          Name
          <input name="user" autocomplete="username" required autofocus maxLength={64} />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxLength={512}
          />
        </label>
        <p class="problem" role="alert">
          {error.value}
        </p>
        <button class="primary" disabled={busy.value}>
          {busy.value ? 'Looking…' : 'Log in'}
        </button>
      </form>
    </main>
  );
}
