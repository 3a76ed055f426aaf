import { Headline, Skip, Who } from '../frame.tsx';
import { fleetHeadline } from '../../fleet-headline.ts';
import { Login } from '../login.tsx';
import { leave, start } from './live.ts';
import { SiteDetail } from './site-detail.tsx';
import { Sites } from './sites.tsx';
import { by, entry, head, lostAt, now, open, said } from './state.ts';

/** Every text from the network reaches the page as a text node: there is no other way in here. */
export function FleetApp() {
  if (entry.value === 'login') return <Login start={start} />;
  if (head.value === undefined) {
    const text =
      lostAt.value === undefined
        ? 'Ghostgate fleet'
        : 'The fleet page does not answer; trying again…';
    return <p class="boot">{text}</p>;
  }
  return (
    <>
      <Skip />
      <Top />
      <main id="main" tabIndex={-1}>
        {open.value === undefined ? <Sites /> : <SiteDetail name={open.value} key={open.value} />}
      </main>
      <p class="said" role="status" aria-live="polite">
        {said.value}
      </p>
    </>
  );
}

function Top() {
  const { value } = head;
  if (value === undefined) return null;
  const line = fleetHeadline(value, lostAt.value, now.value);
  return (
    <header class="top">
      <div class="bar">
        <h1>
          <img src="icon.svg" alt="" width="22" height="22" />
          <span class="site">Fleet</span>
        </h1>
        <nav aria-label="Views">
          <a href="#" aria-current={open.value === undefined ? 'page' : undefined}>
            Sites
          </a>
          {open.value !== undefined && (
            <a href={`#site/${encodeURIComponent(open.value)}`} aria-current="page">
              <bdi>{open.value}</bdi>
            </a>
          )}
        </nav>
        <Who by={by.value} leave={leave} />
      </div>
      <Headline line={line} />
    </header>
  );
}
