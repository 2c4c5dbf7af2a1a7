import { call, listAll, remove, save } from './api.js';
import { attempt, badge, button, el, field, input, openEditor, row, select, table, toolbar } from './dom.js';
import { lineList } from './invoice-lines.js';
import { editPayment } from './payments.js';

const STATUS_KIND = { draft: '', issued: 'good', void: 'bad' };
const PAID_KIND = { unpaid: 'warn', 'part-paid': 'warn', paid: 'good' };

const pounds = (amount) => (amount.startsWith('-') ? `−£${amount.slice(1)}` : `£${amount}`);

function totalsView() {
  const view = el('dl', { className: 'facts totals' });
  const show = ({ net, vat, gross, cisDeduction, toPay }) => {
    const rows = [
      ['Net', net],
      ['VAT', vat],
      ['Total', gross],
      ...(cisDeduction === '0.00' ? [] : [['CIS deduction', `-${cisDeduction}`]]),
      ['To pay', toPay],
    ];
    view.replaceChildren(...rows.flatMap(([name, amount]) => [el('dt', { textContent: name }), el('dd', { textContent: pounds(amount) })]));
  };
  return { view, show };
}

/** The payments of an issued invoice: each can be opened, a new one recorded. */
function paymentsOf({ accountId, invoice, payments, changed }) {
  const own = payments.filter((payment) => payment.invoiceId === invoice.id);
  const open = (payment) => () => editPayment({ accountId, payment, invoice, changed });
  const lines = own.map((payment) =>
    button(`${payment.date} · ${pounds(payment.amount)} · ${payment.method} ${payment.reference}`, open(payment), 'quiet'),
  );
  const { paid, credited, due } = invoice.balance;
  const told = `Paid ${pounds(paid)} · credited ${pounds(credited)} · due ${pounds(due)}`;
  return el(
    'div',
    { className: 'wide' },
    el('p', {}, told, ' ', badge(invoice.paymentStatus, PAID_KIND[invoice.paymentStatus])),
    lines,
    invoice.status === 'issued' ? button('Record a payment', open(null), 'quiet') : null,
  );
}

function edit({ accountId, invoice, data, changed }) {
  const totals = totalsView();
  const customerNames = data.customers.map(({ id, name }) => [id, `${name} (${id})`]);
  const includeVat = el('input', { type: 'checkbox', name: 'pricesIncludeVat', checked: invoice?.pricesIncludeVat ?? false });
  const closed = invoice?.status === 'void';
  let asked = 0;
  const refreshTotals = async () => {
    asked += 1;
    const question = asked;
    const answer = await call('POST', '/totals', { accountId, pricesIncludeVat: includeVat.checked, lines: lines.read() }).catch(
      () => null,
    );
    if (answer && question === asked) totals.show(answer);
  };
  const lines = lineList(invoice?.lines ?? [{}], () => void refreshTotals());
  includeVat.addEventListener('change', () => void refreshTotals());
  const plain = ['number', 'issueDate', 'dueDate'];
  const body = el(
    'div',
    { className: 'grid' },
    field('Customer', select('customerId', [['', 'Choose…'], ...customerNames], invoice?.customerId ?? ''), true),
    field('Number', input('number', invoice?.number ?? '', { placeholder: 'the next free one' })),
    field('Reference', input('reference', invoice?.reference ?? '')),
    field('Issued', input('issueDate', invoice?.issueDate ?? '', { type: 'date' })),
    field('Due', input('dueDate', invoice?.dueDate ?? '', { type: 'date' })),
    el('h3', { textContent: 'Lines' }),
    el('div', { className: 'wide' }, lines.view),
    el('label', { className: 'tick' }, includeVat, ' Prices include VAT'),
    totals.view,
    invoice && invoice.status !== 'draft'
      ? [el('h3', { textContent: 'Payments' }), paymentsOf({ accountId, invoice, payments: data.payments, changed })]
      : [],
  );
  const store = (status) => async (form) => {
    const filled = plain.map((name) => [name, form.elements[name].value]).filter(([, value]) => value !== '');
    await save(accountId, 'invoices', invoice, {
      ...Object.fromEntries(filled),
      customerId: form.elements.customerId.value,
      reference: form.elements.reference.value,
      pricesIncludeVat: includeVat.checked,
      lines: lines.read(),
      status,
    });
    changed();
  };
  const andTell = (action) => async () => {
    await action();
    changed();
  };
  const more = [
    invoice && { label: 'Delete', className: 'danger', action: andTell(() => remove(accountId, 'invoices', invoice)) },
    invoice?.status === 'issued' && {
      label: 'Void',
      className: 'danger',
      action: andTell(() => save(accountId, 'invoices', invoice, { status: 'void' })),
    },
    !closed && { label: invoice?.status === 'issued' ? 'Back to draft' : 'Save as draft', action: store('draft') },
  ].filter(Boolean);
  openEditor({
    title: invoice ? `Invoice ${invoice.number}` : 'New invoice',
    note: invoice
      ? `${invoice.id} · ${invoice.status} · revision ${invoice.revision} · changed ${new Date(invoice.updatedAt).toLocaleString('en-GB')}`
      : '',
    body,
    save: closed ? null : store('issued'),
    saveLabel: invoice?.status === 'issued' ? 'Save and re-issue' : 'Issue',
    more,
  });
  void refreshTotals();
}

function invoiceRow({ accountId, invoice, name, data, changed }) {
  return row(
    () => edit({ accountId, invoice, data, changed }),
    el('strong', { textContent: invoice.number }),
    name,
    invoice.issueDate,
    badge(invoice.status, STATUS_KIND[invoice.status]),
    el('span', { className: 'amount', textContent: invoice.totals.gross }),
    el('span', { className: 'amount', textContent: invoice.status === 'void' ? '' : invoice.balance.due }),
    invoice.status === 'issued' ? badge(invoice.paymentStatus, PAID_KIND[invoice.paymentStatus]) : '',
    el('span', { className: 'id', textContent: `${invoice.id} · r${invoice.revision}` }),
  );
}

/** The list of invoices, newest first. */
export const invoices = {
  title: 'Invoices',
  load: async (accountId) => {
    const [items, customers, payments] = await Promise.all(['invoices', 'customers', 'payments'].map((type) => listAll(accountId, type)));
    return { invoices: items.reverse(), customers, payments };
  },
  draw: ({ accountId, data, search, matches, changed }) => {
    const names = new Map(data.customers.map(({ id, name }) => [id, name]));
    const found = data.invoices.filter((invoice) => matches(`${names.get(invoice.customerId)} ${JSON.stringify(invoice)}`));
    const rows = found.map((invoice) => invoiceRow({ accountId, invoice, name: names.get(invoice.customerId) ?? '', data, changed }));
    const action = button('New invoice', () => void attempt(async () => edit({ accountId, invoice: null, data, changed })), 'primary');
    const list = table(['Number', 'Customer', 'Issued', 'Status', '>Total £', '>Due £', 'Paid', ''], rows, 'No invoice matches.');
    return [toolbar('Invoices', String(found.length), search, action), list];
  },
};
