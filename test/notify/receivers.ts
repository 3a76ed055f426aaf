import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { TLSSocket, createSecureContext } from 'node:tls';

export interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = { status: number; text?: string; headers?: Record<string, string> };

/** A web server that keeps what is posted to it and answers as told. */
export async function webReceiver(
  t: TestContext,
  answer: (posted: Posted, nth: number) => Answer | 'never',
): Promise<{ readonly url: string; readonly posted: Posted[] }> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (more: string) => (body += more));
    request.on('end', () => {
      const got = { path: request.url ?? '', headers: request.headers, body };
      posted.push(got);
      const said = answer(got, posted.length);
      if (said === 'never') return;
      response.writeHead(said.status, said.headers).end(said.text ?? 'ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/services/T0/SECRET`, posted };
}

export interface Mail {
  from: string;
  to: string[];
  data: string;
  /** It came over TLS. */
  secure?: boolean;
  user?: string;
}

/** As much of a mail server (RFC 5321, AUTH PLAIN of RFC 4954) as takes a mail. */
export async function mailReceiver(
  t: TestContext,
  options: {
    readonly login?: string;
    readonly refuses?: string;
    /** Offers STARTTLS with these. */
    readonly pem?: { readonly cert: string; readonly key: string };
  } = {},
): Promise<{ readonly port: number; readonly mails: Mail[] }> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((plain) => {
    let socket: Socket = plain;
    sockets.add(plain);
    let mail: Mail = { from: '', to: [], data: '' };
    let inData = false;
    let text = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const hear = (more: Buffer): void => {
      text += more.toString('utf8');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (inData) dataLine(line);
        else command(line);
      }
    };
    plain.on('error', () => {}).on('data', hear);
    say('220 test.example ESMTP');

    function secure(): void {
      say('220 go on');
      plain.off('data', hear);
      const secureContext = createSecureContext(options.pem);
      socket = new TLSSocket(plain, { isServer: true, secureContext });
      socket.on('error', () => {}).on('data', hear);
    }

    function dataLine(line: string): void {
      if (line !== '.') {
        mail.data += `${line}\n`;
        return;
      }
      inData = false;
      mails.push(socket === plain ? mail : { ...mail, secure: true });
      mail = { from: '', to: [], data: '' };
      say('250 queued as 4711');
    }

    function command(line: string): void {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') {
        say('250-test.example');
        if (options.pem !== undefined && socket === plain) say('250-STARTTLS');
        say(options.login === undefined ? '250 8BITMIME' : '250 AUTH PLAIN');
      } else if (verb === 'STAR' && options.pem !== undefined) secure();
      else if (verb === 'STAR') say('502 no TLS here');
      else if (verb === 'AUTH') {
        const [, user, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0');
        if (`${user}:${password}` === options.login) {
          mail.user = user ?? '';
          say('235 welcome');
        } else say(`535 wrong: ${password}`);
      } else if (verb === 'MAIL') {
        mail.from = /<(.*?)>/.exec(line)?.[1] ?? '';
        say('250 ok');
      } else if (verb === 'RCPT') {
        mail.to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
        say(options.refuses ?? '250 ok');
      } else if (verb === 'DATA') {
        inData = true;
        say('354 go on');
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else say('250 ok');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, mails };
}
