const OPEN_ID = ['openid', 'profile', 'email', 'offline_access'];
const GRANULAR = ['contacts', 'invoices', 'payments', 'banktransactions', 'manualjournals', 'settings', 'attachments', 'budgets'];

/** Scopes an app made after 2 March 2026 may ask for: granular ones only (xero-facts §1 "Scopes"). */
const ALLOWED = new Set([...OPEN_ID, ...GRANULAR.flatMap((name) => [`accounting.${name}`, `accounting.${name}.read`])]);

/** The one scope of the client-credentials grant. */
export const APP_CONNECTIONS = 'app.connections';

/** The first scope that may not be asked for, if any. */
export function refusedScope(scopes: readonly string[]): string | undefined {
  return scopes.find((scope) => !ALLOWED.has(scope));
}

/** Whether the scopes reach an organisation; sign-in alone does not. */
export function reachesOrganisation(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope.startsWith('accounting.'));
}

/** Whether the scopes allow this call: `accounting.x` allows all, `accounting.x.read` only GET. */
export function allows(scopes: readonly string[], area: string, method: string): boolean {
  return scopes.includes(`accounting.${area}`) || (method === 'GET' && scopes.includes(`accounting.${area}.read`));
}
