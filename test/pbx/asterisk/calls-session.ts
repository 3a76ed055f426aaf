import { AmiError } from '../../../src/pbx/asterisk/errors.ts';
import type { AmiSession } from '../../../src/pbx/asterisk/session.ts';
import { frameOf } from './translate-frames.ts';

/** A session that answers Getvar as the test says; undefined leaves it unanswered. */
export function sessionOf(
  getvar: (channel: string, variable: string) => string | undefined | Promise<string>,
): AmiSession & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    version: '11.0.0',
    filtered: true,
    strays: 0,
    bytes: 0,
    frames: 0,
    async request(action) {
      const variable = action['Variable'] ?? '';
      asked.push(variable);
      const value = await getvar(action['Channel'] ?? '', variable);
      if (value === undefined) throw new AmiError('timeout', 'no answer');
      return frameOf({ Response: 'Success', ActionID: '1', Variable: variable, Value: value });
    },
    list: () => Promise.reject(new AmiError('refused', 'no list here')),
    close: () => undefined,
    closed: new Promise(() => undefined),
  };
}
