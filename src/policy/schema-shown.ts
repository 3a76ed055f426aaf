import { z } from 'zod';
import { parseHostPort } from '../event/source.ts';
import { path, socketPath, text, words } from './fields.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';

/** The `control` block as written. */
export const controlFile = z
  .strictObject({
    socket: socketPath()
      .default('/run/ghostgate/ghostgate.sock')
      .meta({ description: 'Unix socket. The variable GHOSTGATE_SOCKET overrides it.' }),
  })
  .prefault({})
  .meta({ description: 'Where commands reach the daemon.' });

/** The `metrics` block as written. */
export const metricsFile = z
  .strictObject({
    listen: z
      .union([text(listenMistake), z.literal(false)])
      .default('127.0.0.1:9867')
      .meta({ description: 'Loopback address and port, or off.' }),
  })
  .prefault({})
  .meta({ description: 'Figures for Prometheus.' });

/** The `report` block as written. */
export const reportFile = z
  .strictObject({
    name: words(80)
      .optional()
      .meta({ description: 'Who gives it to the customer.', examples: ['Acme IT Services'] }),
    logo: path()
      .optional()
      .meta({
        description: 'Their logo, a PNG or JPEG of at most 256 kB.',
        examples: ['/etc/ghostgate/logo.png'],
      }),
  })
  .optional()
  .meta({ description: 'What `ghostgate report` puts on its page.' });

/** The `log` block as written. */
export const logFile = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .meta({ description: 'The least that is written: debug, info, warn or error.' }),
  })
  .prefault({})
  .meta({ description: 'The log, JSON lines on standard output.' });

/** Nothing here asks for a password, so nobody but this machine may read it. */
function listenMistake(value: string): Mistake | undefined {
  if (value === 'off') return undefined;
  const listen = parseHostPort(value);
  if (listen === undefined || !/:\d+$/.test(value) || value === listen.address) {
    const hint = 'write 127.0.0.1:9867, [::1]:9867 or off';
    return { message: `not an address and port: ${show(value)}`, hint };
  }
  if (listen.address === '::1' || listen.address.startsWith('127.')) return undefined;
  const hint = `write 127.0.0.1:${listen.port}; let a proxy with a password stand before it`;
  return { message: `not a loopback address: ${show(value)}`, hint };
}
