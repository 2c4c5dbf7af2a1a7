import { act } from './api.js';
import { actNow, confirmAction } from './dialogs.js';
import { button, el, link } from './dom.js';
import { badge, day, money, statusBadge } from './format.js';
import { listView } from './list-view.js';

/** The buttons of one payment. */
export function paymentActions(payment, page) {
  if (payment.Status === 'DELETED') return [];
  const { PaymentID } = payment;
  const what = `${money(payment.Amount)} of ${day(payment.Date)}`;
  const named = (verb, more = {}) => ({ key: `${verb} ${PaymentID}`, ariaLabel: `${verb} the payment of ${what}`, ...more });
  const reconcile = payment.IsReconciled ? 'unreconcile' : 'reconcile';
  const done = payment.IsReconciled ? 'Payment is no longer reconciled.' : 'Payment reconciled.';
  const label = payment.IsReconciled ? 'Unreconcile' : 'Reconcile';
  return [
    button(
      label,
      () =>
        void actNow(
          () => act(`payments/${PaymentID}/${reconcile}`),
          done,
          () => page.refresh(),
        ),
      'small',
      named(label),
    ),
    button(
      'Delete',
      () =>
        confirmAction({
          title: `Delete the payment of ${what}?`,
          text: 'The amount becomes due on the invoice again. A deleted payment cannot be brought back.',
          verb: 'Delete payment',
          done: 'Payment deleted.',
          action: async () => {
            await act(`payments/${PaymentID}/delete`);
            await page.refresh();
          },
        }),
      'small danger',
      named('Delete'),
    ),
  ];
}

const documentLink = ({ Invoice }) => {
  const name = Invoice.InvoiceNumber || 'without a number';
  return Invoice.Type === 'ACCRECCREDIT' ? `${name} (refund)` : link(name, `#invoices/${Invoice.InvoiceID}`);
};

/** The list of payments. */
export const payments = listView({
  tab: 'payments',
  title: 'Payments',
  what: 'payments',
  unit: 'payment',
  searchHint: 'Contact, invoice, reference, amount',
  statuses: [
    ['', 'All'],
    ['AUTHORISED', 'Received'],
    ['DELETED', 'Deleted'],
  ],
  headings: ['Date', 'Contact', 'Invoice', 'Reference', 'Account', '>Amount', 'Status', 'Actions'],
  cells: (payment, page) => [
    day(payment.Date),
    payment.Invoice.Contact.Name ?? '',
    documentLink(payment),
    payment.Reference,
    payment.Account.Code ?? '',
    money(payment.Amount),
    [statusBadge(payment.Status, { AUTHORISED: ['Received', 'good'] }), payment.IsReconciled && badge('Reconciled')],
    el('span', { className: 'buttons' }, paymentActions(payment, page)),
  ],
});
