import { Headline, Who } from './frame.tsx';
import { figure } from '../format.ts';
import { headline } from '../headline.ts';
import { leave } from './live.ts';
import type { View } from './state.ts';
import { day, isObserving, lostAt, now, status, view, you } from './state.ts';

/** Site, mode, and the one line that says whether all is well. */
export function Top() {
  const report = status.value;
  if (report === undefined) return null;
  const line = headline(report, day.value, lostAt.value, now.value);
  return (
    <header class="top">
      <div class="bar">
        <h1>
          <img src="icon.svg" alt="" width="22" height="22" />
          <span class="site">{report.site}</span>
        </h1>
        {isObserving.value ? (
          <span class="mode observe" title="Judges and logs; touches nothing">
            Observe
          </span>
        ) : (
          <span class="mode enforce" title="Rejects ghost calls, shuts sources out">
            Enforce
          </span>
        )}
        <nav aria-label="Views">
          <Tab to="overview" name="Overview" />
          <Tab to="bans" name={isObserving.value ? 'Would be shut out' : 'Shut out'}>
            <span class="count">{figure(report.bans.active)}</span>
          </Tab>
          <Tab to="audit" name="Audit" />
        </nav>
        <Who by={you.value?.by} leave={leave} />
      </div>
      <Headline line={line} />
    </header>
  );
}

function Tab({
  to,
  name,
  children,
}: {
  to: View;
  name: string;
  children?: preact.ComponentChildren;
}) {
  return (
    <a href={`#${to}`} aria-current={view.value === to ? 'page' : undefined}>
      {name}
      {children}
    </a>
  );
}
