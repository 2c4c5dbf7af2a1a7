import type { App } from './records.ts';

const OPEN_ID = ['openid', 'profile', 'email', 'offline_access'];
const GRANULAR = ['contacts', 'invoices', 'payments', 'banktransactions', 'manualjournals', 'settings', 'attachments', 'budgets'];

/** Scopes an app made after 2 March 2026 may ask for: granular ones only. */
const ALLOWED = new Set([...OPEN_ID, ...GRANULAR.flatMap((name) => [`accounting.${name}`, `accounting.${name}.read`])]);

/** What `accounting.transactions` stood for. */
const TRANSACTIONS = ['invoices', 'payments', 'banktransactions', 'manualjournals'];
/** Broad scopes that older apps may still ask for. */
const BROAD = new Set(['accounting.transactions', 'accounting.transactions.read', 'accounting.reports.read']);
const BROAD_END = Date.UTC(2027, 8, 13);

/** The one scope of the client-credentials grant. */
export const APP_CONNECTIONS = 'app.connections';

/** The first scope that the app may not ask for at `now` (epoch ms), if any. */
export function refusedScope(
  scopes: readonly string[],
  { broadScopes = false }: Pick<App, 'broadScopes'>,
  now: number,
): string | undefined {
  return scopes.find((scope) => !ALLOWED.has(scope) && !(broadScopes && now < BROAD_END && BROAD.has(scope)));
}

/** Whether the scopes reach an organisation; sign-in alone does not. */
export function reachesOrganisation(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope.startsWith('accounting.'));
}

/** Whether the scopes allow this call at `now` (epoch ms): `accounting.x` allows all, `accounting.x.read` only GET. */
export function allows(scopes: readonly string[], area: string, method: string, now: number): boolean {
  const areas = now < BROAD_END && TRANSACTIONS.includes(area) ? [area, 'transactions'] : [area];
  return areas.some((name) => scopes.includes(`accounting.${name}`) || (method === 'GET' && scopes.includes(`accounting.${name}.read`)));
}
