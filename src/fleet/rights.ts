import { NOTICES, ORDERS, POLICIES, SITES, inboxOf, noticeSubject, stateSubject } from './words.ts';

/** What one key may do on NATS, as nats-server's configuration writes it. */
export interface Rights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** A site tells in its own name alone, and reads what all sites read. */
export function siteRights(site: string): Rights {
  return {
    publish: [
      noticeSubject(site),
      stateSubject(site),
      `$JS.API.DIRECT.GET.${NOTICES}`,
      `$JS.API.DIRECT.GET.${ORDERS}`,
      `$JS.API.DIRECT.GET.${POLICIES}`,
    ],
    subscribe: ['ghostgate.notice.*', 'ghostgate.unban', 'ghostgate.order.>', `${inboxOf(site)}.>`],
  };
}

/** The operator orders, makes the streams, and cannot tell in any site's name. */
export function operatorRights(): Rights {
  return {
    publish: ['ghostgate.order.>', 'ghostgate.policy.*', 'ghostgate.unban', '$JS.API.>'],
    subscribe: [`${OPERATOR_INBOX}.>`],
  };
}

/** The fleet page looks on: nothing it may publish changes anything. */
export function viewerRights(): Rights {
  return {
    publish: [ORDERS, SITES, NOTICES].map((stream) => `$JS.API.DIRECT.GET.${stream}`),
    subscribe: [
      'ghostgate.state.*',
      'ghostgate.notice.*',
      'ghostgate.unban',
      'ghostgate.order.>',
      `${VIEWER_INBOX}.>`,
    ],
  };
}

/** No site's name begins so. */
export const OPERATOR_INBOX = '_INBOX_=operator';
export const VIEWER_INBOX = '_INBOX_=viewer';

/** A user for the `authorization { users = [ … ] }` of nats-server's configuration. */
export function userText(publicKey: string, { publish, subscribe }: Rights): string {
  return [
    `{ nkey: ${publicKey}`,
    '  permissions: {',
    `    publish: { allow: ${list(publish)} }`,
    `    subscribe: { allow: ${list(subscribe)} } } }`,
  ].join('\n');
}

function list(subjects: readonly string[]): string {
  return `[ ${subjects.map((subject) => JSON.stringify(subject)).join(', ')} ]`;
}
