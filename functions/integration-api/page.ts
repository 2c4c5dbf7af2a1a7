import { createHash } from 'node:crypto';
import type { HttpAnswer } from '../../shared/runtime/http.ts';

const STYLE = `
:root{color-scheme:light;--ink:#17242f;--soft:#52616d;--line:#dfe5ea;--brand:#0b5c8a;--brand-dark:#084667}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;align-content:center;justify-items:center;padding:24px 16px;background:#f4f6f8;color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{width:100%;max-width:480px;background:#fff;border:1px solid var(--line);border-radius:12px;padding:32px;box-shadow:0 8px 28px rgb(16 32 44/8%)}
.brand{display:flex;align-items:center;gap:8px;margin:0 0 24px;font-size:14px;font-weight:600;color:var(--soft)}
.flame{width:12px;height:12px;background:#e97a12;border-radius:0 70% 70% 70%;transform:rotate(45deg)}
h1{margin:0 0 12px;font-size:24px;line-height:1.25;overflow-wrap:anywhere}
p{margin:0 0 12px}
.business{display:block;margin:0 0 20px;padding:14px 16px;border:1px solid var(--line);border-radius:8px;background:#f8fafb;overflow-wrap:anywhere}
.business span{display:block;font-size:13px;color:var(--soft)}
.business strong{font-size:18px}
ul{margin:0 0 20px;padding-left:20px;color:var(--soft)}
li{margin:4px 0}
.go{display:block;padding:12px 20px;border-radius:8px;background:var(--brand);color:#fff;font-weight:600;text-align:center;text-decoration:none}
.go:hover{background:var(--brand-dark)}
.back{display:block;margin-top:14px;text-align:center;color:var(--brand)}
a:focus-visible,summary:focus-visible{outline:3px solid #3b93c4;outline-offset:2px;border-radius:6px}
details{margin-top:24px;padding-top:16px;border-top:1px solid var(--line);font-size:14px;color:var(--soft)}
summary{cursor:pointer;color:var(--ink)}
details p{margin:10px 0 0}
@media(max-width:420px){main{padding:24px 20px}h1{font-size:21px}}`;

/** The page runs no script, loads nothing, and cannot be framed: a click on it must be meant. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Text made safe for HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}

/** A small page of ours. `content` is HTML: whoever writes it escapes what is not its own. */
export function htmlPage(status: number, title: string, content: string, cookie?: string): HttpAnswer {
  const body = `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main><p class="brand"><span class="flame" aria-hidden="true"></span>Gas Engineer Software</p>
${content}
</main></body></html>`;
  return {
    statusCode: status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    },
    ...(cookie === undefined ? {} : { cookies: [cookie] }),
    body,
  };
}
