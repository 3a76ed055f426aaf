import type { Hono } from 'hono';
import type { PagePolicy } from '../policy/policy-page.ts';
import { audited } from './audited.ts';
import type { Control } from './control.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Asker, Entry } from './entry.ts';
import { streamEvents } from './events.ts';
import { guardedApp } from './guarded-app.ts';
import { openApi } from './openapi.ts';
import type { PageFiles } from './page-files.ts';

export interface PageParts {
  readonly policy: () => PagePolicy;
  readonly control: Control;
  readonly entry: Entry;
  readonly files: PageFiles;
  readonly version: string;
}

/** A site's page and its API. */
export function pageApp(parts: PageParts): Hono<{ Variables: { asker: Asker } }> {
  const { policy, control, entry, files } = parts;
  return guardedApp<Control>({
    policy,
    entry,
    files,
    endpoints: ENDPOINTS,
    answers: (doorway) => audited(control, doorway),
    openApi: openApi(parts.version),
    events: (context, isStillIn) => streamEvents(context, control, isStillIn),
    keepAudit: (kept) => control.keepAudit(kept),
  });
}
