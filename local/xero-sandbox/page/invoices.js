/* global location */
import { act, look } from './api.js';
import { actNow, confirmAction, openForm } from './dialogs.js';
import { editDocument } from './document-form.js';
import { linesTable, totals } from './document-lines.js';
import { button, el, facts, field, input, link, redraw, select, table, tick } from './dom.js';
import { badge, day, isoDay, money, statusBadge } from './format.js';
import { historyCard } from './history.js';
import { invoiceCells, invoiceName, INVOICE_HEADINGS } from './invoice-cells.js';
import { listView } from './list-view.js';
import { paymentActions } from './payments.js';

const open = (invoice) => {
  location.hash = `#invoices/${invoice.InvoiceID}`;
};

/** The list of invoices. */
export const invoices = listView({
  tab: 'invoices',
  title: 'Invoices',
  what: 'invoices',
  unit: 'invoice',
  searchHint: 'Number, reference, contact, amount',
  statuses: [
    ['', 'All'],
    ['DRAFT', 'Draft'],
    ['SUBMITTED', 'Awaiting approval'],
    ['AUTHORISED', 'Awaiting payment'],
    ['PAID', 'Paid'],
    ['VOIDED,DELETED', 'Voided and deleted'],
  ],
  headings: INVOICE_HEADINGS,
  cells: invoiceCells,
  actions: [{ label: 'New invoice', run: () => void editDocument({ kind: 'invoice', saved: open }) }],
});

/** Accounts a payment may go to: bank accounts and those that allow payments. */
const payable = (accounts) =>
  accounts
    .filter(({ Status, Type, EnablePaymentsToAccount }) => Status === 'ACTIVE' && (Type === 'BANK' || EnablePaymentsToAccount))
    .map(({ Code, Name }) => [Code ?? '', Code === undefined ? Name : `${Code} – ${Name}`])
    .filter(([code]) => code !== '');

async function payDialog(invoice, page) {
  const [accounts, { now }] = await Promise.all([look('accounts'), page.clock()]);
  const options = payable(accounts);
  const body = el(
    'div',
    { className: 'grid' },
    field('Amount', input('amount', invoice.AmountDue.toFixed(2), { type: 'number', min: '0.01', step: '0.01', required: true })),
    field('Date', input('date', isoDay(now), { type: 'date', required: true })),
    field('Paid to', select('account', options, options.some(([code]) => code === '090') ? '090' : options[0]?.[0])),
    field('Reference', input('reference')),
    tick('Reconciled with the bank', 'isReconciled'),
  );
  openForm({
    title: `Payment on ${invoiceName(invoice)}`,
    note: `${money(invoice.AmountDue)} ${invoice.CurrencyCode} is due.`,
    body,
    saveLabel: 'Add payment',
    done: 'Payment added.',
    save: async ({ elements }) => {
      await act(`invoices/${invoice.InvoiceID}/pay`, {
        amount: Number(elements.amount.value),
        date: elements.date.value,
        account: elements.account.value,
        isReconciled: elements.isReconciled.checked,
        ...(elements.reference.value !== '' && { reference: elements.reference.value }),
      });
      await page.refresh();
    },
  });
}

async function creditDialog(invoice, page) {
  const { now } = await page.clock();
  const body = el(
    'div',
    { className: 'grid' },
    field(
      'Amount, VAT included',
      input('amount', invoice.AmountDue.toFixed(2), { type: 'number', min: '0.01', step: '0.01', required: true }),
    ),
    field('Date', input('date', isoDay(now), { type: 'date', required: true })),
  );
  openForm({
    title: `Credit note for ${invoiceName(invoice)}`,
    note: 'A credit note over this amount is made and allocated to the invoice. To allocate one that exists, go to Credit notes.',
    body,
    saveLabel: 'Add credit',
    done: 'Credit note allocated.',
    save: async ({ elements }) => {
      await act(`invoices/${invoice.InvoiceID}/credit`, { amount: Number(elements.amount.value), date: elements.date.value });
      await page.refresh();
    },
  });
}

function voidDialog(invoice, page) {
  const isDraft = invoice.Status === 'DRAFT' || invoice.Status === 'SUBMITTED';
  const verb = isDraft ? 'Delete' : 'Void';
  confirmAction({
    title: `${verb} ${invoiceName(invoice)}?`,
    text: isDraft ? 'The draft is deleted. This cannot be undone.' : 'The invoice counts for nothing any more. This cannot be undone.',
    verb,
    done: isDraft ? 'Draft deleted.' : 'Invoice voided.',
    action: async () => {
      await act(`invoices/${invoice.InvoiceID}/void`);
      await page.refresh();
    },
  });
}

function actionsOf(invoice, page) {
  const { Status } = invoice;
  if (Status === 'VOIDED' || Status === 'DELETED') return [];
  const isDraft = Status === 'DRAFT' || Status === 'SUBMITTED';
  const approve = () =>
    void actNow(
      () => act(`invoices/${invoice.InvoiceID}`, { Status: 'AUTHORISED' }),
      'Invoice approved.',
      () => page.refresh(),
    );
  return [
    button('Edit', () => void editDocument({ kind: 'invoice', document: invoice, saved: () => page.refresh() }), isDraft ? '' : 'primary'),
    isDraft && button('Approve', approve, 'primary'),
    Status === 'AUTHORISED' && button('Add payment', () => void page.attempt(() => payDialog(invoice, page))),
    Status === 'AUTHORISED' &&
      invoice.Type === 'ACCREC' &&
      button('Add credit note', () => void page.attempt(() => creditDialog(invoice, page))),
    Status !== 'PAID' && button(isDraft ? 'Delete' : 'Void', () => voidDialog(invoice, page), 'danger'),
  ];
}

function paymentsTable(payments, page) {
  const rows = payments.map((payment) => [
    day(payment.Date),
    payment.Reference,
    payment.Account.Code ?? '',
    money(payment.Amount),
    [statusBadge(payment.Status, { AUTHORISED: ['Received', 'good'] }), payment.IsReconciled && badge('Reconciled')],
    el('span', { className: 'buttons' }, paymentActions(payment, page)),
  ]);
  return table('Payments', ['Date', 'Reference', 'Account', '>Amount', 'Status', 'Actions'], rows, 'No payment yet.');
}

const appliedOf = (credits) => credits.map(({ AppliedAmount }) => money(AppliedAmount)).join(', ');
const creditsOf = ({ CreditNotes }) =>
  CreditNotes.map(({ CreditNoteNumber, AppliedAmount }) => `${CreditNoteNumber} (${money(AppliedAmount)})`).join(', ');

/** One invoice with its lines, payments, credits and history. */
export function invoiceView(page, invoiceId) {
  const part = el('div');
  return {
    element: part,
    load: async () => {
      const [invoice, payments, history] = await Promise.all([
        look(`invoices/${invoiceId}`),
        look('payments', { document: invoiceId }),
        look(`history/Invoices/${invoiceId}`),
      ]);
      return { invoice, payments, history };
    },
    draw: ({ invoice, payments, history }) => {
      redraw(
        part,
        el('p', { className: 'crumb' }, link('Invoices', '#invoices')),
        el(
          'div',
          { className: 'toolbar' },
          el('h1', {}, invoiceName(invoice), ' ', statusBadge(invoice.Status), invoice.Type === 'ACCPAY' && badge('Bill')),
          actionsOf(invoice, page),
        ),
        el(
          'section',
          { className: 'card paper' },
          facts([
            [invoice.Type === 'ACCPAY' ? 'From' : 'To', link(invoice.Contact.Name ?? '', `#contacts/${invoice.Contact.ContactID}`)],
            ['Date', day(invoice.Date)],
            ['Due date', day(invoice.DueDate)],
            ['Reference', invoice.Reference],
            ['Credit notes', creditsOf(invoice)],
            ['Overpayments', appliedOf(invoice.Overpayments)],
            ['Prepayments', appliedOf(invoice.Prepayments)],
            ['Fully paid on', day(invoice.FullyPaidOnDate)],
            ['Amounts are', { Exclusive: 'Tax exclusive', Inclusive: 'Tax inclusive', NoTax: 'No tax' }[invoice.LineAmountTypes]],
            ['Invoice ID', el('code', { textContent: invoice.InvoiceID })],
          ]),
          linesTable(invoice.LineItems),
          totals(invoice),
        ),
        el('h2', { textContent: 'Payments' }),
        paymentsTable(payments, page),
        historyCard(history),
      );
    },
  };
}
