import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { letIn } from './state.ts';

const ARMED_MS = 6000;

/** Two presses of one button: the first asks, the second does it. Leaving it takes the first back. */
export function LetIn({ target, done }: { target: string; done?: () => void }) {
  const armed = useSignal(false);
  const busy = useSignal(false);
  useEffect(() => {
    if (!armed.value) return undefined;
    const timer = setTimeout(() => (armed.value = false), ARMED_MS);
    return () => clearTimeout(timer);
  }, [armed.value]);
  const press = async (button: HTMLElement): Promise<void> => {
    if (!armed.value) {
      armed.value = true;
      return;
    }
    const next = nextTo(button);
    busy.value = true;
    const isDone = await letIn(target);
    busy.value = false;
    armed.value = false;
    if (!isDone) return;
    next?.focus();
    done?.();
  };
  return (
    <button
      class={armed.value ? 'danger' : ''}
      disabled={busy.value}
      aria-label={armed.value ? `Confirm: let in ${target}` : `Let in ${target}`}
      onClick={({ currentTarget }) => void press(currentTarget)}
      onBlur={() => (armed.value = false)}
      onKeyDown={({ key }) => {
        if (key === 'Escape') armed.value = false;
      }}
    >
      {armed.value ? 'Confirm' : 'Let in'}
    </button>
  );
}

/** Where the focus goes when the button's row is gone: the next row's, the last one's, or the search. */
function nextTo(button: HTMLElement): HTMLElement | null {
  const row = button.closest('tr');
  const other = row?.nextElementSibling ?? row?.previousElementSibling;
  const place = other?.querySelector<HTMLElement>('.act button');
  return place ?? document.querySelector<HTMLElement>('dialog .head button, .search input');
}
