import { z } from 'zod';
import { name, words } from './fields.ts';
import { breakerFile, jailFile, shieldFile } from './schema-bans.ts';
import { callsFile, gateFile, trustFile } from './schema-calls.ts';
import { enforceFile } from './schema-enforce.ts';
import { feedsFile, geoFile } from './schema-feeds.ts';
import { fleetFile } from './schema-fleet.ts';
import { notifyFile } from './schema-notify.ts';
import { pageFile } from './schema-page.ts';
import { pbxsFile, trunksFile } from './schema-pbx.ts';
import { rulesFile } from './schema-rules.ts';
import { controlFile, logFile, metricsFile, reportFile } from './schema-shown.ts';
import { captureFile, memoryFile, storeFile } from './schema-store.ts';

/** The policy file as written, block by block. Defaults stand in these schemas and nowhere else. */
export const policyFile = z
  .strictObject({
    site: name().meta({
      description: 'Name of this site in logs, metrics and notices.',
      examples: ['acme-hq'],
    }),
    mode: z
      .enum(['observe', 'enforce'])
      .default('observe')
      .meta({
        description: 'observe: judge and log only. enforce: reject calls and shut sources out.',
        examples: ['observe'],
      }),
    extends: words(4096)
      .optional()
      .meta({
        description:
          'Another policy file that this one builds on, relative to it; `fleet`: what the operator of the fleet publishes (docs/fleet.md). Maps are merged key by key; lists and values of this file take the place of those below.',
        examples: ['base.yaml'],
      }),
    pbxs: pbxsFile,
    trunks: trunksFile,
    trust: trustFile,
    calls: callsFile,
    feeds: feedsFile,
    geo: geoFile,
    fleet: fleetFile,
    gate: gateFile,
    rules: rulesFile,
    jail: jailFile,
    shield: shieldFile,
    breaker: breakerFile,
    enforce: enforceFile,
    enforce_here: z.boolean().default(false).meta({
      description:
        "true where the enforcers of this machine guard PBXs of other machines: this is the gateway that all their SIP passes, or the PBX's own files lie here.",
    }),
    memory: memoryFile,
    store: storeFile,
    capture: captureFile,
    control: controlFile,
    metrics: metricsFile,
    page: pageFile.optional().meta({
      description:
        'The page and its API: what happens now and happened before, bans and their end. Off unless this block is there.',
    }),
    notify: notifyFile,
    report: reportFile,
    log: logFile,
  })
  .meta({ title: 'Ghostgate policy', description: 'One policy file per PBX or site.' });

export type Written = z.output<typeof policyFile>;
