import { listAll, remove, save } from './api.js';
import { el, field, input, openEditor, row, select, table, toolbar } from './dom.js';

const METHODS = ['card', 'cash', 'bank-transfer', 'cheque', 'other'].map((method) => [method, method]);

const KINDS = [
  ['payment', 'money received'],
  ['discount', 'discount'],
];

/** A discount says how much VAT is in it. */
function kindOf({ elements: { kind, vat } }) {
  return kind.value === 'discount' ? { kind: 'discount', vat: vat.value.trim() } : {};
}

/** Records a payment on an invoice (`payment` null), or edits or deletes one. */
export function editPayment({ accountId, payment, invoice, changed }) {
  const body = el(
    'div',
    { className: 'grid' },
    field('Amount £', input('amount', payment?.amount ?? invoice.balance.due)),
    field('Date', input('date', payment?.date ?? new Date().toISOString().slice(0, 10), { type: 'date' })),
    field('Method', select('method', METHODS, payment?.method ?? 'card')),
    field('Reference', input('reference', payment?.reference ?? '')),
    ...(payment === null ? [field('Kind', select('kind', KINDS, 'payment')), field('VAT in it £', input('vat', '0.00'))] : []),
  );
  const store = async (form) => {
    const fields = Object.fromEntries(['amount', 'date', 'method', 'reference'].map((name) => [name, form.elements[name].value.trim()]));
    await save(accountId, 'payments', payment, payment ? fields : { ...fields, ...kindOf(form), invoiceId: invoice.id });
    changed();
  };
  const removeIt = async () => {
    await remove(accountId, 'payments', payment);
    changed();
  };
  openEditor({
    title: payment ? `Payment of £${payment.amount}` : 'Record a payment',
    note: `on invoice ${invoice.number}${payment ? ` · ${payment.id} · revision ${payment.revision}` : ` · £${invoice.balance.due} due`}`,
    body,
    save: store,
    more: payment ? [{ label: 'Delete', className: 'danger', action: removeIt }] : [],
  });
}

/** The list of payments, newest first. */
export const payments = {
  title: 'Payments',
  load: async (accountId) => {
    const [items, invoices, customers] = await Promise.all(['payments', 'invoices', 'customers'].map((type) => listAll(accountId, type)));
    const names = new Map(customers.map(({ id, name }) => [id, name]));
    const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]));
    return items.reverse().map((payment) => {
      const invoice = byId.get(payment.invoiceId);
      return { payment, invoice, customer: names.get(invoice.customerId) ?? '' };
    });
  },
  draw: ({ accountId, data, search, matches, changed }) => {
    const found = data.filter(({ payment, invoice, customer }) => matches(`${invoice.number} ${customer} ${JSON.stringify(payment)}`));
    const rows = found.map(({ payment, invoice, customer }) =>
      row(
        () => editPayment({ accountId, payment, invoice, changed }),
        payment.date,
        customer,
        el('strong', { textContent: invoice.number }),
        payment.method,
        payment.reference,
        el('span', { className: 'amount', textContent: payment.amount }),
        el('span', { className: 'id', textContent: `${payment.id} · r${payment.revision}` }),
      ),
    );
    const list = table(['Date', 'Customer', 'Invoice', 'Method', 'Reference', '>Amount £', ''], rows, 'No payment matches.');
    return [toolbar('Payments', String(found.length), search), list];
  },
};
