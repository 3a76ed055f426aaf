import { request } from 'node:http';
import type { RequestOptions } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** One HTTP exchange as it goes over the wire: node:http asks whatever it is told. */
export function exchange(options: RequestOptions, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], text });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
