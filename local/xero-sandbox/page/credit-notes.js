import { act, look } from './api.js';
import { confirmAction, openForm } from './dialogs.js';
import { editDocument } from './document-form.js';
import { button, el, field, input, link, select } from './dom.js';
import { day, isoDay, money, statusBadge } from './format.js';
import { invoiceName } from './invoice-cells.js';
import { listView } from './list-view.js';

/** Offers the invoices of the same contact that are not paid yet. */
async function allocateDialog(note, page) {
  const [{ items }, { now }] = await Promise.all([
    look('invoices', { contact: note.Contact.ContactID, status: 'AUTHORISED', page: 1, pageSize: 200 }),
    page.clock(),
  ]);
  const open = items.filter(({ Type }) => Type === 'ACCREC');
  if (open.length === 0) throw new Error(`${note.Contact.Name} has no invoice that awaits payment.`);
  const most = (invoiceId) =>
    Math.min(note.RemainingCredit, open.find(({ InvoiceID }) => InvoiceID === invoiceId)?.AmountDue ?? 0).toFixed(2);
  const amount = input('amount', most(open[0].InvoiceID), { type: 'number', min: '0.01', step: '0.01', required: true });
  const choice = select(
    'invoice',
    open.map((invoice) => [invoice.InvoiceID, `${invoiceName(invoice)} · ${day(invoice.Date)} · ${money(invoice.AmountDue)} due`]),
    open[0].InvoiceID,
    { onchange: () => (amount.value = most(choice.value)) },
  );
  openForm({
    title: `Allocate ${note.CreditNoteNumber}`,
    note: `${money(note.RemainingCredit)} ${note.CurrencyCode} of credit remains.`,
    body: el(
      'div',
      { className: 'grid' },
      field('Invoice', choice, { wide: true }),
      field('Amount', amount),
      field('Date', input('date', isoDay(now), { type: 'date', required: true })),
    ),
    saveLabel: 'Allocate credit',
    done: 'Credit allocated.',
    save: async ({ elements }) => {
      await act(`credit-notes/${note.CreditNoteID}/allocate`, {
        invoiceId: elements.invoice.value,
        amount: Number(elements.amount.value),
        date: elements.date.value,
      });
      await page.refresh();
    },
  });
}

function allocations(note, page) {
  return note.Allocations.map(({ Amount, Invoice }) =>
    el(
      'span',
      { className: 'allocation' },
      link(Invoice.InvoiceNumber || 'invoice', `#invoices/${Invoice.InvoiceID}`),
      ` ${money(Amount)} `,
      button(
        'Remove',
        () =>
          confirmAction({
            title: `Take the credit back from ${Invoice.InvoiceNumber}?`,
            text: `${money(Amount)} becomes due on the invoice again.`,
            verb: 'Remove allocation',
            done: 'Allocation removed.',
            action: async () => {
              await act(`credit-notes/${note.CreditNoteID}/remove-allocation`, { invoiceId: Invoice.InvoiceID });
              await page.refresh();
            },
          }),
        'small danger',
        { key: `remove ${note.CreditNoteID} ${Invoice.InvoiceID}`, ariaLabel: `Remove the allocation to ${Invoice.InvoiceNumber}` },
      ),
    ),
  );
}

/** The list of credit notes. */
export const creditNotes = listView({
  tab: 'credit-notes',
  title: 'Credit notes',
  what: 'credit-notes',
  unit: 'credit note',
  searchHint: 'Number, reference, contact, amount',
  statuses: [
    ['', 'All'],
    ['AUTHORISED', 'With credit left'],
    ['PAID', 'Used up'],
    ['VOIDED', 'Voided'],
  ],
  headings: ['Number', 'Contact', 'Date', 'Allocated to', '>Total', '>Credit left', 'Status', 'Actions'],
  cells: (note, page) => [
    note.CreditNoteNumber,
    link(note.Contact.Name ?? '', `#contacts/${note.Contact.ContactID}`, { key: `contact of ${note.CreditNoteID}` }),
    day(note.Date),
    allocations(note, page),
    money(note.Total),
    money(note.RemainingCredit),
    statusBadge(note.Status, { AUTHORISED: ['Approved', 'good'], PAID: ['Used up', ''] }),
    note.Status === 'AUTHORISED' && note.RemainingCredit > 0
      ? button('Allocate', () => void page.attempt(() => allocateDialog(note, page)), 'small', {
          key: `allocate ${note.CreditNoteID}`,
          ariaLabel: `Allocate ${note.CreditNoteNumber}`,
        })
      : '',
  ],
  actions: [{ label: 'New credit note', run: (page) => void editDocument({ kind: 'credit-note', saved: () => page.refresh() }) }],
});
