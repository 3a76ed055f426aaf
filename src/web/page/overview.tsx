import { Busiest } from './busiest.tsx';
import { Health } from './health-card.tsx';
import { LiveCard } from './live-card.tsx';
import { Notices } from './notices.tsx';
import { OverTime } from './over-time.tsx';

export function Overview() {
  return (
    <div class="overview">
      <OverTime />
      <div class="side">
        <Notices />
        <Health />
      </div>
      <LiveCard />
      <Busiest />
    </div>
  );
}
