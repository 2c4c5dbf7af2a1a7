import type { App } from './records.ts';

/** What each part of the Accounting API's scopes is about; all but the last few can be asked for to read alone. */
const ACCOUNTING: Readonly<Record<string, string>> = {
  contacts: 'your contacts and contact groups',
  invoices: 'your invoices, credit notes, quotes, purchase orders and items',
  payments: 'your payments, overpayments and prepayments',
  banktransactions: 'your bank transactions and transfers',
  manualjournals: 'your manual journals',
  settings: 'your organisation’s settings, accounts and tax rates',
  attachments: 'files attached to your records',
  transactions: 'your business transactions',
};
const OTHER_APIS: Readonly<Record<string, string>> = {
  files: 'your file library',
  assets: 'your fixed assets',
  projects: 'your projects',
  'payroll.employees': 'your payroll employees',
  'payroll.payruns': 'your pay runs',
  'payroll.payslip': 'your payslips',
  'payroll.timesheets': 'your timesheets',
  'payroll.settings': 'your payroll settings',
};
const READ_ONLY: Readonly<Record<string, string>> = {
  'accounting.journals.read': 'your journals',
  'accounting.budgets.read': 'your budgets',
  'accounting.reports.read': 'your reports',
  'finance.accountingactivity.read': 'your accounting activity',
  'finance.bankstatementsplus.read': 'your bank statements',
  'finance.cashvalidation.read': 'your cash validation',
  'finance.statements.read': 'your financial statements',
};
const WHOLE: Readonly<Record<string, string>> = {
  openid: 'Know who you are in Xero',
  profile: 'View your name',
  email: 'View your email address',
  offline_access: 'Keep access while you are not signed in',
  bankfeeds: 'Send bank statements to your organisation',
  paymentservices: 'Manage your online payment services',
  'marketplace.billing': 'Bill you through the Xero App Store',
};
const OPEN_ID = ['openid', 'profile', 'email', 'offline_access'];

function sentencesOf(areas: Readonly<Record<string, string>>, prefix: string): (readonly [scope: string, sentence: string])[] {
  return Object.entries(areas).flatMap(([area, about]) => [
    [`${prefix}${area}`, `View and manage ${about}`],
    [`${prefix}${area}.read`, `View ${about}`],
  ]);
}

/** Every scope that Xero knows, with what its consent page says of it; each report has a scope of its own besides. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(WHOLE),
  ...sentencesOf(ACCOUNTING, 'accounting.'),
  ...sentencesOf(OTHER_APIS, ''),
  ...Object.entries(READ_ONLY).map(([scope, about]) => [scope, `View ${about}`] as const),
]);
const REPORT = /^accounting\.reports\.([a-z]+)\.read$/;

/** What the consent page says of a scope; undefined for one that Xero does not know. */
export function sentenceOf(scope: string): string | undefined {
  const report = REPORT.exec(scope)?.[1];
  return report === undefined ? SENTENCES.get(scope) : `View your ${report} report`;
}

/** What `accounting.transactions` stood for. */
const TRANSACTIONS = ['invoices', 'payments', 'banktransactions', 'manualjournals'];
/** Broad scopes that only apps made before 2 March 2026 may still ask for. */
const BROAD = new Set(['accounting.transactions', 'accounting.transactions.read', 'accounting.reports.read']);
const BROAD_END = Date.UTC(2027, 8, 13);

/** The scope of an app's own token, which reaches connections and no organisation. */
export const APP_CONNECTIONS = 'app.connections';

/** The first scope that the app may not ask for at `now` (epoch ms), if any. */
export function refusedScope(
  scopes: readonly string[],
  { broadScopes = false }: Pick<App, 'broadScopes'>,
  now: number,
): string | undefined {
  return scopes.find((scope) => sentenceOf(scope) === undefined || (BROAD.has(scope) && !(broadScopes && now < BROAD_END)));
}

/** Whether a scope is about an organisation, and not about the user alone. */
export function isOrganisationScope(scope: string): boolean {
  return !OPEN_ID.includes(scope) && scope !== 'marketplace.billing';
}

/** Whether the scopes reach an organisation; sign-in alone does not. */
export function reachesOrganisation(scopes: readonly string[]): boolean {
  return scopes.some(isOrganisationScope);
}

/** Whether the scopes allow this call at `now` (epoch ms): `accounting.x` allows all, `accounting.x.read` only GET. */
export function allows(scopes: readonly string[], area: string, method: string, now: number): boolean {
  const areas = now < BROAD_END && TRANSACTIONS.includes(area) ? [area, 'transactions'] : [area];
  return areas.some((name) => scopes.includes(`accounting.${name}`) || (method === 'GET' && scopes.includes(`accounting.${name}.read`)));
}
