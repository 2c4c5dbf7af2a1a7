import type { Route } from '../api/call.ts';
import { CONTACT_ROUTES } from '../contacts/contact-routes.ts';
import { CREDIT_NOTE_ROUTES } from '../credit-notes/credit-note-routes.ts';
import { INVOICE_ROUTES } from '../invoices/invoice-routes.ts';
import { BATCH_PAYMENT_ROUTES } from '../payments/batch-payment-routes.ts';
import { PAYMENT_ROUTES } from '../payments/payment-routes.ts';
import { BRANDING_THEME_ROUTES } from '../settings/branding-themes.ts';
import { TRACKING_ROUTES } from '../settings/tracking-categories.ts';
import { ACCOUNT_ROUTES } from '../settings/accounts.ts';
import { ORGANISATION_ACTION_ROUTES } from '../settings/organisation-actions.ts';
import { ORGANISATION_ROUTES } from '../settings/organisation.ts';
import { TAX_RATE_ROUTES } from '../settings/tax-rates.ts';

/** The routing table of the Accounting API: one list per resource. */
export const ACCOUNTING_ROUTES: readonly Route[] = [
  ...ORGANISATION_ROUTES,
  ...ORGANISATION_ACTION_ROUTES,
  ...ACCOUNT_ROUTES,
  ...TAX_RATE_ROUTES,
  ...TRACKING_ROUTES,
  ...BRANDING_THEME_ROUTES,
  ...CONTACT_ROUTES,
  ...INVOICE_ROUTES,
  ...PAYMENT_ROUTES,
  ...BATCH_PAYMENT_ROUTES,
  ...CREDIT_NOTE_ROUTES,
];

export interface Found {
  route: Route;
  params: string[];
}

/** The open parts of the path when it fits the pattern; resource names compare without regard to case. */
function paramsOf(pattern: string, parts: readonly string[]): string[] | undefined {
  const wanted = pattern.split('/');
  if (wanted.length !== parts.length) return undefined;
  const params: string[] = [];
  for (const [i, want] of wanted.entries()) {
    const part = parts[i] ?? '';
    if (want === '{}') params.push(part);
    else if (want.toLowerCase() !== part.toLowerCase()) return undefined;
  }
  return params;
}

/** The route of a call. Organisations is taken for Organisation, as Xero takes it; 'method' when the path exists but not with this method, undefined when nothing has the path. */
export function findRoute(method: string, path: string): Found | 'method' | undefined {
  const parts = path
    .replace(/^Organisations(?=\/|$)/i, 'Organisation')
    .split('/')
    .map(decoded);
  let pathExists = false;
  for (const route of ACCOUNTING_ROUTES) {
    const params = paramsOf(route.pattern, parts);
    if (params === undefined) continue;
    if (route.method === method) return { route, params };
    pathExists = true;
  }
  return pathExists ? 'method' : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
