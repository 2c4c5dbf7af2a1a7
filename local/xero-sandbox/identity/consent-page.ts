import type { Organisation } from '../settings/records.ts';
import type { XeroUser } from './records.ts';
import { sentenceOf } from './scopes.ts';

/** Text made safe for HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;background:#f2f3f4;color:#21252b;margin:0}
main{max-width:28rem;margin:4rem auto;background:#fff;border-radius:6px;padding:2rem;box-shadow:0 1px 4px #0003}
h1{font-size:1.25rem}label{display:block;margin:.4rem 0}select{width:100%;padding:.4rem;font:inherit}
button{font:inherit;font-weight:600;padding:.6rem 1.2rem;border-radius:4px;border:1px solid #0078c8;background:#fff;color:#0078c8;cursor:pointer}
button.allow{background:#0078c8;color:#fff}ul{padding-left:1.2rem;color:#59606d}p.note{color:#59606d;font-size:.875rem}`;

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><link rel="icon" href="/page/icon.svg"><style>${STYLE}</style></head><body><main>${content}</main></body></html>`;
}

/** Xero's kind of page for a demand that cannot be shown to the user. */
export function errorPage(error: string, description: string): string {
  return page('Error', `<h1>Sorry, something went wrong</h1><p>Error: ${escapeHtml(error)}</p><p>${escapeHtml(description)}</p>`);
}

export interface Consent {
  appName: string;
  scopes: readonly string[];
  /** Fields to carry over into the decision. */
  hidden: readonly (readonly [string, string])[];
  users: readonly XeroUser[];
  /** Empty when the scopes reach no organisation. */
  organisations: readonly Organisation[];
  several: boolean;
}

/** The consent page: who is signed in, which organisation, Allow or Cancel. */
export function consentPage(consent: Consent): string {
  const hidden = consent.hidden
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  const users = consent.users
    .map((user) => `<option value="${user.userId}">${escapeHtml(`${user.givenName} ${user.familyName} (${user.email})`)}</option>`)
    .join('');
  const kind = consent.several ? 'checkbox' : 'radio';
  const organisations = consent.organisations
    .map(
      (organisation, i) =>
        `<label><input type="${kind}" name="organisation" value="${organisation.tenantId}"${i === 0 ? ' checked' : ''}> ` +
        `${escapeHtml(organisation.name)}</label>`,
    )
    .join('');
  const choice = organisations === '' ? '' : `<h2 style="font-size:1rem">Select an organisation</h2>${organisations}`;
  const scopes = consent.scopes.map((scope) => `<li title="${escapeHtml(scope)}">${escapeHtml(sentenceOf(scope) ?? scope)}</li>`).join('');
  return page(
    `${consent.appName} wants access to Xero`,
    `<h1>${escapeHtml(consent.appName)} wants access to:</h1><ul>${scopes}</ul>
<form method="post" action="/identity/connect/authorize">${hidden}
<label>Signed in as <select name="user">${users}</select></label>${choice}
<p><button class="allow" name="decision" value="allow">Allow access</button> <button name="decision" value="cancel">Cancel</button></p></form>
<p class="note">This is a local Xero sandbox, not Xero.</p>`,
  );
}
