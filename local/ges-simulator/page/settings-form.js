import { ApiError, call } from './api.js';
import { button, el, notify, select } from './dom.js';
import { apiPath, goToXero } from './connecting.js';

const CREATE_ONE = 'create';
const SAME = '';
const METHODS = [
  ['card', 'Card'],
  ['cash', 'Cash'],
  ['cheque', 'Cheque'],
  ['bank-transfer', 'Bank transfer'],
  ['other', 'Other'],
];

const label = ({ code, name }) => (code ? `${code} · ${name}` : name);
const choices = (accounts) => accounts.map((account) => [account.accountId, label(account)]);

/** What is saved already, else what is suggested. */
export function draftOf({ status, settings }, { suggested }) {
  const isFirst = status === 'setup';
  return {
    payment: settings.paymentAccountId ?? suggested.paymentAccountId ?? '',
    methods: { ...settings.paymentAccounts },
    sales: settings.salesAccountId ?? suggested.salesAccountId ?? '',
    syncCustomers: isFirst || settings.syncCustomers,
    syncInvoices: isFirst || settings.syncInvoices,
    showsMethods: Object.keys(settings.paymentAccounts).length > 0,
  };
}

function wishOf({ payment, methods, sales, syncCustomers, syncInvoices }) {
  const createPaymentAccount = payment === CREATE_ONE;
  return {
    paymentAccountId: createPaymentAccount || payment === '' ? null : payment,
    paymentAccounts: Object.fromEntries(Object.entries(methods).filter(([, accountId]) => accountId !== SAME)),
    createPaymentAccount,
    salesAccountId: sales === '' ? null : sales,
    syncCustomers,
    syncInvoices: syncCustomers && syncInvoices,
  };
}

/** A field with its help below, and room for what is wrong with it. */
function helped(name, text, control, help) {
  const problem = el('span', { className: 'field-problem', id: `${name}-problem`, hidden: true });
  const hint = el('small', { id: `${name}-help`, textContent: help });
  control.setAttribute('aria-describedby', `${hint.id} ${problem.id}`);
  return el('label', { className: 'field wide', 'data-field': name }, el('span', { textContent: text }), control, hint, problem);
}

function tick(draft, key, text, help, onchange) {
  const box = el('input', { type: 'checkbox', name: key, checked: draft[key], onchange });
  const problem = el('span', { className: 'field-problem', hidden: true });
  return el(
    'label',
    { className: 'tick', 'data-field': key },
    box,
    el('span', {}, el('strong', { textContent: text }), el('small', { textContent: help }), problem),
  );
}

function showProblem(form, failure) {
  for (const problem of form.querySelectorAll('.field-problem')) problem.hidden = true;
  const general = form.querySelector('.problem');
  const place = failure.field && [...form.querySelectorAll('[data-field]')].find((field) => field.dataset.field === failure.field);
  const target = place?.querySelector('.field-problem') ?? general;
  general.hidden = true;
  target.textContent = failure.message;
  target.hidden = false;
  place?.querySelector('input, select')?.focus();
}

/** The accounts per payment method, under "more". */
function methodFields(draft, options) {
  const accounts = [[SAME, 'Same as above'], ...choices(options.paymentAccounts), ['leave', 'Leave it to the bank feed']];
  const fields = METHODS.map(([method, text]) => {
    const control = select(method, accounts, draft.methods[method] ?? SAME, {
      onchange: (event) => {
        draft.methods[method] = event.target.value;
      },
    });
    const problem = el('span', { className: 'field-problem', hidden: true });
    return el(
      'label',
      { className: 'field', 'data-field': `paymentAccounts.${method}` },
      el('span', { textContent: text }),
      control,
      problem,
    );
  });
  const more = el(
    'details',
    {
      className: 'wide more',
      open: draft.showsMethods,
      ontoggle: (event) => {
        draft.showsMethods = event.target.open;
      },
    },
    el('summary', { textContent: 'More: an account for each way of paying' }),
    el('p', {
      className: 'help',
      textContent: 'Payments that are left to the bank feed are not sent; they pair with what your bookkeeper reconciles in Xero.',
    }),
    el('div', { className: 'grid' }, fields),
  );
  return more;
}

/** Accounts and switches. `draft` is what the user has chosen and not saved yet; `saved` is called after saving. */
export function settingsForm({ accountId, draft, options, saved }) {
  const payments = [
    ['', options.paymentAccounts.length > 0 ? 'Choose…' : 'None yet: one will be made'],
    ...choices(options.paymentAccounts),
    [CREATE_ONE, 'Create one for me'],
  ];
  const invoices = tick(draft, 'syncInvoices', 'Sync invoices', 'And their payments, both ways. Needs customers to be synced.', (event) => {
    draft.syncInvoices = event.target.checked;
  });
  const invoiceBox = invoices.querySelector('input');
  const follow = () => {
    invoiceBox.disabled = !draft.syncCustomers;
    invoiceBox.checked = draft.syncCustomers && draft.syncInvoices;
  };
  const customers = tick(draft, 'syncCustomers', 'Sync customers', 'Names, contact details and billing addresses, both ways.', (event) => {
    draft.syncCustomers = event.target.checked;
    follow();
  });
  follow();
  const ownWarning = el('p', {
    className: 'warning wide',
    hidden: draft.payment !== CREATE_ONE,
    textContent:
      'Payments on an account made for you can later be moved to another bank account only one by one. Better add your bank account in Xero and choose it here.' +
      (options.mayCreatePaymentAccount ? '' : ' Xero will ask you once more to allow it.'),
  });
  const submit = el('button', { type: 'submit', className: 'primary', textContent: 'Save' });
  const save = async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const wish = wishOf(draft);
    try {
      const { warnings } = await call('PUT', apiPath(accountId, '/settings'), wish);
      notify('Settings saved.');
      for (const { message } of warnings) notify(message, 'warn');
      saved();
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'consent-needed') {
        await goToXero(accountId, { ...wish, createPaymentAccount: true, paymentAccountId: null }).catch((error) =>
          showProblem(event.target, error),
        );
        return;
      }
      showProblem(event.target, failure);
    } finally {
      submit.disabled = false;
    }
  };
  return el(
    'form',
    { className: 'card', onsubmit: save },
    el('h2', { textContent: 'Settings' }),
    (options.warnings ?? []).map((warning) => el('p', { className: 'warning', textContent: warning.message })),
    el(
      'div',
      { className: 'grid' },
      helped(
        'paymentAccountId',
        'Bank account for payments',
        select('payment', payments, draft.payment, {
          onchange: (event) => {
            draft.payment = event.target.value;
            ownWarning.hidden = draft.payment !== CREATE_ONE;
          },
        }),
        'Payments recorded here appear on this account in Xero.',
      ),
      ownWarning,
      helped(
        'salesAccountId',
        'Default account for sales',
        select('sales', [['', 'Choose…'], ...choices(options.salesAccounts)], draft.sales, {
          onchange: (event) => {
            draft.sales = event.target.value;
          },
        }),
        'Invoice lines go here. You can move single lines in Xero afterwards.',
      ),
      methodFields(draft, options),
      customers,
      invoices,
    ),
    el('p', { className: 'problem', role: 'alert', hidden: true }),
    el('footer', {}, submit),
  );
}

/** While the accounts cannot be read, so that a failing Xero does not hide why. */
export function settingsFailure(message, again) {
  return el(
    'section',
    { className: 'card' },
    el('h2', { textContent: 'Settings' }),
    el('p', { className: 'problem', textContent: message }),
    el('footer', {}, button('Try again', again)),
  );
}
