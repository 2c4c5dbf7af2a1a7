import type { Exchange } from '../core/exchange.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { XeroProblem } from '../api/problems.ts';

/**
 * The operations of Xero's description of its Accounting API: a path, its methods, and what the resource has besides: `A` attachments,
 * `H` history, `P` a PDF. One open part is `{}`.
 */
const DESCRIBED = `
Accounts GET PUT
Accounts/{} GET POST DELETE A
BatchPayments GET PUT POST
BatchPayments/{} GET POST H
BankTransactions GET PUT POST
BankTransactions/{} GET POST A H
BankTransfers GET PUT POST
BankTransfers/{} GET POST A H
BrandingThemes GET
BrandingThemes/{} GET
BrandingThemes/{}/PaymentServices GET POST
Budgets GET
Budgets/{} GET
Contacts GET PUT POST
Contacts/{} GET POST A H
Contacts/{}/CISSettings GET
ContactGroups GET PUT
ContactGroups/{} GET POST
ContactGroups/{}/Contacts PUT DELETE
ContactGroups/{}/Contacts/{} DELETE
CreditNotes GET PUT POST
CreditNotes/{} GET POST A H P
CreditNotes/{}/Allocations PUT
CreditNotes/{}/Allocations/{} DELETE
Currencies GET PUT
ExpenseClaims GET PUT
ExpenseClaims/{} GET POST H
Invoices GET PUT POST
Invoices/{} GET POST A H P
Invoices/{}/OnlineInvoice GET
Invoices/{}/Email POST
InvoiceReminders/Settings GET
Items GET PUT POST
Items/{} GET POST DELETE H
Journals GET
Journals/{} GET
LinkedTransactions GET PUT
LinkedTransactions/{} GET POST DELETE
ManualJournals GET PUT POST
ManualJournals/{} GET POST A H
Organisation GET
Organisation/Actions GET
Organisation/{}/CISSettings GET
Overpayments GET
Overpayments/{} GET H
Overpayments/{}/Allocations PUT
Overpayments/{}/Allocations/{} DELETE
Payments GET PUT POST
Payments/{} GET POST H
PaymentServices GET PUT
Prepayments GET
Prepayments/{} GET H
Prepayments/{}/Allocations PUT
Prepayments/{}/Allocations/{} DELETE
PurchaseOrders GET PUT POST
PurchaseOrders/{} GET POST A H P
Quotes GET PUT POST
Quotes/{} GET POST A H P
Receipts GET PUT
Receipts/{} GET POST A H
RepeatingInvoices GET PUT POST
RepeatingInvoices/{} GET POST A H
Reports GET
Reports/{} GET
Setup POST
TaxRates GET PUT POST
TaxRates/{} GET
TrackingCategories GET PUT
TrackingCategories/{} GET POST DELETE
TrackingCategories/{}/Options PUT
TrackingCategories/{}/Options/{} POST DELETE
Users GET
Users/{} GET
`;

const EXTRAS: Readonly<Record<string, (path: string) => readonly string[]>> = {
  A: (path) => [`${path}/Attachments GET`, `${path}/Attachments/{} GET POST PUT`],
  H: (path) => [`${path}/History GET PUT`],
  P: (path) => [`${path}/pdf GET`],
};

/** `METHOD pattern` of every described operation, in lower case as paths compare. */
export const DESCRIBED_OPERATIONS: ReadonlySet<string> = new Set(
  DESCRIBED.trim()
    .split('\n')
    .flatMap((line) => {
      const [path = '', ...words] = line.split(' ');
      const extras = words.flatMap((word) => EXTRAS[word]?.(path) ?? []);
      return [[path, ...words.filter((word) => !(word in EXTRAS))].join(' '), ...extras];
    })
    .flatMap((line) => {
      const [path = '', ...methods] = line.split(' ');
      return methods.map((method) => `${method} ${path.toLowerCase()}`);
    }),
);

/** All ways in which the parts of a path could be open ones of a pattern; the resource itself never is one. */
function patternsOf([first = '', ...rest]: readonly string[]): string[] {
  return rest.reduce<string[]>((patterns, part) => patterns.flatMap((begun) => [`${begun}/${part}`, `${begun}/{}`]), [first]);
}

/** Whether Xero's description of the Accounting API has an operation with that method at that path (without the base path). */
export function isDescribed(method: string, path: string): boolean {
  const parts = path.toLowerCase().split('/').slice(0, 5);
  return patternsOf(parts).some((pattern) => DESCRIBED_OPERATIONS.has(`${method} ${pattern}`));
}

/** Xero's other APIs, by the beginning of their paths. */
const OTHER_API = /^\/(files|assets|projects|bankfeeds|payroll|finance)\.xro\//i;

/** The answer for Xero's other APIs, none of which is here; undefined for any other path. */
export function otherApi({ url, request }: Exchange): SandboxAnswer | undefined {
  return OTHER_API.test(url.pathname) ? XeroProblem.notInSandbox(`${request.method} ${url.pathname}`).answer : undefined;
}
