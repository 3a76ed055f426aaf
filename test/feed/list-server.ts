import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on loopback that answers as it is told at the moment. */
export interface ListServer {
  readonly url: string;
  answer: Answer;
  readonly requests: IncomingMessage[];
}

export async function listServer(context: TestContext): Promise<ListServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    told.answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port.
  const { port } = server.address() as AddressInfo;
  const told = { url: `http://127.0.0.1:${port}/list`, requests, answer: saying('') };
  return told;
}

export function saying(body: string | Buffer, headers: Record<string, string> = {}): Answer {
  return (_request, response) => void response.writeHead(200, headers).end(body);
}

export function redirecting(location: string): Answer {
  return (_request, response) => void response.writeHead(302, { location }).end();
}

/** `count` entries, each once. */
export function addresses(count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `45.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}\n`,
  ).join('');
}
