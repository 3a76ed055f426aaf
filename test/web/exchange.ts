import { request } from 'node:http';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
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
        const { statusCode: status = 0, headers } = response;
        resolve({ status, type: headers['content-type'], text, headers });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
