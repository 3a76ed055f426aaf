import { AuditView } from './audit-view.tsx';
import { BansView } from './bans-view.tsx';
import { Skip } from './frame.tsx';
import { start } from './live.ts';
import { Login } from './login.tsx';
import { Overview } from './overview.tsx';
import { Story } from './story.tsx';
import { Top } from './top.tsx';
import { entry, lostAt, said, status, story, view } from './state.ts';

/** Every text from the network reaches the page as a text node: there is no other way in here. */
export function App() {
  if (entry.value === 'login') return <Login start={start} />;
  if (status.value === undefined) {
    const text =
      lostAt.value === undefined ? 'Ghostgate' : 'Ghostgate does not answer; trying again…';
    return <p class="boot">{text}</p>;
  }
  return (
    <>
      <Skip />
      <Top />
      <main id="main" tabIndex={-1}>
        {view.value === 'overview' && <Overview />}
        {view.value === 'bans' && <BansView />}
        {view.value === 'audit' && <AuditView />}
      </main>
      {story.value !== undefined && <Story target={story.value} key={story.value} />}
      <p
        class={`said ${said.value?.isError === true ? 'bad' : ''}`}
        role="status"
        aria-live="polite"
      >
        {said.value?.text}
      </p>
    </>
  );
}
