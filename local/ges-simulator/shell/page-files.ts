import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

export interface PageFile {
  readonly contentType: string;
  readonly content: Buffer;
}

/** The sign-in pages are one file; its script looks at the address. */
const SIGN_IN_PAGES = ['/login', '/login/choose', '/login/prove', '/login/link', '/signup', '/signup/details', '/people', '/mails'];

/** The files of the pages by URL path: `/` is `index.html`, the sign-in pages `sign-in.html`, the rest is under `/page/`. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = join(import.meta.dirname, '..', 'page');
  const files = readdirSync(folder).map((name): [string, PageFile] => [
    name === 'index.html' ? '/' : `/page/${name}`,
    { contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream', content: readFileSync(join(folder, name)) },
  ]);
  const byPath = new Map(files);
  const signIn = byPath.get('/page/sign-in.html');
  if (signIn === undefined) throw new Error('page/sign-in.html is missing.');
  for (const path of SIGN_IN_PAGES) byPath.set(path, signIn);
  return byPath;
}
