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

/** The files of the page by URL path: `/` is `index.html`, the rest is under `/page/`. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = join(import.meta.dirname, '..', 'page');
  const files = readdirSync(folder).map((name): [string, PageFile] => [
    name === 'index.html' ? '/' : `/page/${name}`,
    { contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream', content: readFileSync(join(folder, name)) },
  ]);
  return new Map(files);
}
