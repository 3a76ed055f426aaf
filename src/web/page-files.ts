import type { Context } from 'hono';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** The page's own files, held in memory: small, and the same for everybody. */
export interface PageFiles {
  serve(context: Context): Response | Promise<Response>;
  readonly paths: readonly string[];
  /** Bytes that a first visit takes, gzipped. */
  readonly gzipBytes: number;
}

/**
 * @param folder where `npm run build` put them
 * @param page `page` of a site, or `fleet`
 */
export function readPageFiles(folder: URL, page: 'page' | 'fleet' = 'page'): PageFiles {
  const files = new Map(
    filesOf(page).map(({ path, name, type }) => {
      const bytes = readFileSync(new URL(name, folder));
      const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      return [path, { type, bytes, gzipped: gzipSync(bytes, { level: 9 }), etag }] as const;
    }),
  );
  return {
    paths: [...files.keys()],
    gzipBytes: [...files.values()].reduce((sum, { gzipped }) => sum + gzipped.length, 0),
    serve(context) {
      const file = files.get(context.req.path);
      if (file === undefined) return context.notFound();
      const headers = { etag: file.etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
      if (context.req.header('if-none-match') === file.etag) {
        return context.body(null, 304, headers);
      }
      const type = { ...headers, 'content-type': file.type };
      if (!/\bgzip\b/.test(context.req.header('accept-encoding') ?? '')) {
        return context.body(new Uint8Array(file.bytes), 200, type);
      }
      return context.body(new Uint8Array(file.gzipped), 200, {
        ...type,
        'content-encoding': 'gzip',
      });
    },
  };
}

function filesOf(page: 'page' | 'fleet') {
  return [
    {
      path: '/',
      name: page === 'page' ? 'index.html' : `${page}.html`,
      type: 'text/html; charset=utf-8',
    },
    { path: `/${page}.js`, name: `${page}.js`, type: 'text/javascript; charset=utf-8' },
    { path: `/${page}.css`, name: `${page}.css`, type: 'text/css; charset=utf-8' },
    { path: '/icon.svg', name: 'icon.svg', type: 'image/svg+xml' },
  ];
}
