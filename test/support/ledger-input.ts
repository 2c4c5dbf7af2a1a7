import type { Ledger, LedgerEntry, LedgerInput, LedgerInvoice, LedgerPlan } from '../../shared/domain/ledger.ts';
import type { GesPayment } from '../../shared/domain/records.ts';
import type { XeroPayment } from '../../shared/domain/xero-invoice.ts';
import { facts, xeroPayment } from './money-facts.ts';

/** What a ledger is decided on, whole and believable; a test names only what it varies. The invoice is of £120.00. */

export const NOW = Date.parse('2026-11-22T12:00:00Z');

export function gesPayment(varied: Partial<GesPayment> = {}): GesPayment {
  const plain = { id: 'pay_1', revision: 1, invoiceId: 'inv_1', amount: '50.00', date: '2026-11-21' };
  return { ...plain, method: 'card', reference: 'SumUp 8841', updatedAt: '2026-11-21T10:00:00.000Z', ...varied };
}

/** The payment of £50.00 that GES calls pay_1 and Xero p1. */
export function linkedEntry(varied: Partial<LedgerEntry> = {}): LedgerEntry {
  const sum = { amount: 5_000, date: '2026-11-21' };
  return {
    born: 'ges',
    state: { kind: 'linked' },
    gesId: 'pay_1',
    gesRevision: 1,
    xeroId: 'p1',
    method: 'card',
    reference: 'SumUp 8841',
    ges: sum,
    xero: sum,
    agreed: { ...sum, method: 'card' },
    ...varied,
  };
}

/** The same, which only GES has. */
export function unposted(varied: Partial<LedgerEntry> = {}): LedgerEntry {
  const { xeroId: _xeroId, xero: _xero, agreed: _agreed, ...entry } = linkedEntry({ state: { kind: 'unposted' } });
  return { ...entry, ...varied };
}

/** The same, which only Xero has. */
export function unentered(varied: Partial<LedgerEntry> = {}): LedgerEntry {
  return { born: 'xero', state: { kind: 'unentered' }, xeroId: 'p1', xero: { amount: 5_000, date: '2026-11-21' }, ...varied };
}

export function ledgerOf(...entries: readonly LedgerEntry[]): Ledger {
  return { entries, credited: 0, isGesRead: true };
}

/** An open invoice on which so much is paid and credited. */
export function invoiceWith(paid: number, varied: Partial<LedgerInvoice> = {}): LedgerInvoice {
  const { total = 12_000, cisDeduction = 0, amountCredited = 0 } = varied;
  const amountDue = total - cisDeduction - paid - amountCredited;
  const status = amountDue === 0 ? 'PAID' : 'AUTHORISED';
  return { invoiceId: 'xero-1', status, total, cisDeduction, amountPaid: paid, amountCredited, amountDue, ...varied };
}

/** Situation of an invoice that is linked and whose payments GES was asked for before. What is paid is what `entries` and `read` come to. */
export function situation({
  entries = [],
  all,
  news = [],
  deleted = [],
  read = [],
  isComplete = false,
  ...varied
}: Partial<LedgerInput> & {
  readonly entries?: readonly LedgerEntry[];
  /** GES's whole list. */
  readonly all?: readonly GesPayment[];
  readonly news?: readonly GesPayment[];
  readonly deleted?: readonly string[];
  /** Payments of Xero that were read now. */
  readonly read?: readonly XeroPayment[];
  readonly isComplete?: boolean;
} = {}): LedgerInput {
  const live = new Map(entries.filter(({ state }) => state.kind === 'linked').map(({ xeroId = '', xero }) => [xeroId, xero?.amount ?? 0]));
  for (const { paymentId, amount, status } of read) live.set(paymentId, status === 'AUTHORISED' ? amount : 0);
  const paid = [...live.values()].reduce((sum, amount) => sum + amount, 0);
  return {
    ledger: ledgerOf(...entries),
    ges:
      all === undefined
        ? { kind: 'news', payments: news, deleted: deleted.map((id) => ({ id, revision: 2 })) }
        : { kind: 'all', payments: all },
    xero: { payments: read, isComplete },
    invoice: invoiceWith(paid),
    settings: { paymentAccountId: 'bank' },
    facts: {
      ...facts(),
      accounts: [
        { accountId: 'bank', code: '090', status: 'ACTIVE', systemAccount: '', type: 'BANK' },
        { accountId: 'till', code: '690', status: 'ACTIVE', systemAccount: '', type: 'CURRENT' },
        { accountId: 'old', code: '091', status: 'ARCHIVED', systemAccount: '', type: 'BANK' },
      ],
    },
    now: NOW,
    ...varied,
  };
}

/** A plan in short: the kind of each step, with the id it is about. */
export function stepsOf({ steps }: LedgerPlan): readonly string[] {
  return steps.map((step) => `${step.kind} ${'gesId' in step ? step.gesId : step.xeroId}`);
}

/** State and problem of each entry. */
export function standingsOf({ ledger }: Pick<LedgerPlan, 'ledger'>): readonly string[] {
  return ledger.entries.map(({ state, problem }) => (problem === undefined ? state.kind : `${state.kind}: ${problem.code}`));
}

export function deletedInXero(varied: Partial<XeroPayment> = {}): XeroPayment {
  return xeroPayment({ status: 'DELETED', updatedAt: NOW, ...varied });
}
