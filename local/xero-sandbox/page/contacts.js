/* global location */
import { act, look } from './api.js';
import { contactNamed, contactPicker } from './contact-picker.js';
import { editContact } from './contact-form.js';
import { confirmAction, openForm } from './dialogs.js';
import { button, card, el, facts, link, redraw, table } from './dom.js';
import { badge, count, money, statusBadge } from './format.js';
import { historyCard } from './history.js';
import { editDocument } from './document-form.js';
import { invoiceCells, INVOICE_HEADINGS } from './invoice-cells.js';
import { listView } from './list-view.js';

const phoneText = ({ PhoneCountryCode, PhoneAreaCode, PhoneNumber }) =>
  [PhoneCountryCode === '' ? '' : `+${PhoneCountryCode.replace(/^\+/, '')}`, PhoneAreaCode, PhoneNumber]
    .filter((part) => part !== '')
    .join(' ');

const phoneOf = (contact, type) => {
  const phone = contact.Phones.find(({ PhoneType }) => PhoneType === type);
  return phone === undefined ? '' : phoneText(phone);
};

const ADDRESS_PARTS = [
  'AttentionTo',
  'AddressLine1',
  'AddressLine2',
  'AddressLine3',
  'AddressLine4',
  'City',
  'Region',
  'PostalCode',
  'Country',
];

const addressOf = (contact, type) => {
  const address = contact.Addresses.find(({ AddressType }) => AddressType === type) ?? {};
  return ADDRESS_PARTS.map((part) => address[part] ?? '')
    .filter((part) => part !== '')
    .join(', ');
};

const owed = (contact) => contact.Balances?.AccountsReceivable.Outstanding ?? 0;

const open = (contact) => {
  location.hash = `#contacts/${contact.ContactID}`;
};

/** The list of contacts. */
export const contacts = listView({
  tab: 'contacts',
  title: 'Contacts',
  what: 'contacts',
  unit: 'contact',
  searchHint: 'Name, e-mail, phone, address, number',
  statuses: [
    ['ACTIVE', 'Active'],
    ['ARCHIVED', 'Archived'],
    ['', 'All'],
  ],
  headings: ['Name', 'E-mail', 'Phone', 'Billing address', 'Account number', '>They owe'],
  cells: (contact) => [
    [
      link(contact.Name, `#contacts/${contact.ContactID}`, { className: 'row-link' }),
      contact.ContactStatus === 'ACTIVE' ? null : statusBadge(contact.ContactStatus),
    ],
    contact.EmailAddress,
    phoneOf(contact, 'DEFAULT') || phoneOf(contact, 'MOBILE'),
    addressOf(contact, 'POBOX'),
    contact.AccountNumber ?? '',
    owed(contact) === 0 ? '' : money(owed(contact)),
  ],
  actions: [{ label: 'New contact', run: () => editContact(null, open) }],
});

function mergeDialog(contact, page) {
  const [picker, suggestions] = contactPicker('Keep this contact', 'into', '', 'Begin to type a name');
  openForm({
    title: `Merge ${contact.Name} into another contact`,
    note: `${contact.Name} will be archived and its invoices and credit notes will belong to the contact that is kept. This cannot be undone.`,
    body: el('div', { className: 'grid' }, picker, suggestions),
    saveLabel: 'Merge',
    saveClass: 'danger',
    done: 'Contacts merged.',
    save: async (form) => {
      const winner = await contactNamed(form.elements.into.value);
      await act(`contacts/${contact.ContactID}/merge`, { into: winner.ContactID });
      await page.refresh();
    },
  });
}

function actionsOf(contact, page) {
  const refreshed = () => page.refresh();
  if (contact.ContactStatus !== 'ACTIVE') {
    const restore = async () => {
      await act(`contacts/${contact.ContactID}/restore`);
      await page.refresh();
    };
    const text = `${contact.Name} becomes an active contact again.`;
    return [
      button('Edit', () => editContact(contact, refreshed)),
      button('Restore', () =>
        confirmAction({ title: `Restore ${contact.Name}?`, text, verb: 'Restore', action: restore, done: 'Contact restored.' }),
      ),
    ];
  }
  const archive = async () => {
    await act(`contacts/${contact.ContactID}/archive`);
    await page.refresh();
  };
  return [
    button('Edit', () => editContact(contact, refreshed), 'primary'),
    button('New invoice', () => void editDocument({ kind: 'invoice', contactName: contact.Name, saved: refreshed })),
    button('New credit note', () => void editDocument({ kind: 'credit-note', contactName: contact.Name, saved: refreshed })),
    button('Merge', () => mergeDialog(contact, page)),
    button(
      'Archive',
      () =>
        confirmAction({
          title: `Archive ${contact.Name}?`,
          text: 'No new invoices can be made for an archived contact. It can be restored here; an app cannot do that.',
          verb: 'Archive',
          action: archive,
          done: 'Contact archived.',
        }),
      'danger',
    ),
  ];
}

/** One contact with its documents and history. */
export function contactView(page, contactId) {
  const part = el('div');
  return {
    element: part,
    load: async () => {
      const [contact, invoices, history] = await Promise.all([
        look(`contacts/${contactId}`),
        look('invoices', { contact: contactId, page: 1, pageSize: 50 }),
        look(`history/Contacts/${contactId}`),
      ]);
      return { contact, invoices, history };
    },
    draw: ({ contact, invoices, history }) => {
      const { Balances } = contact;
      const persons = contact.ContactPersons.map(({ FirstName, LastName, EmailAddress }) =>
        `${FirstName} ${LastName} ${EmailAddress}`.trim(),
      );
      redraw(
        part,
        el('p', { className: 'crumb' }, link('Contacts', '#contacts')),
        el(
          'div',
          { className: 'toolbar' },
          el(
            'h1',
            {},
            contact.Name,
            ' ',
            statusBadge(contact.ContactStatus),
            contact.IsCustomer && badge('Customer'),
            contact.IsSupplier && badge('Supplier'),
          ),
          actionsOf(contact, page),
        ),
        contact.MergedToContactID &&
          el('p', { className: 'warning' }, 'Merged into ', link('another contact', `#contacts/${contact.MergedToContactID}`), '.'),
        el(
          'div',
          { className: 'columns' },
          card(
            'Details',
            facts([
              ['Person', `${contact.FirstName ?? ''} ${contact.LastName ?? ''}`.trim()],
              ['E-mail', contact.EmailAddress],
              ['Phone', phoneOf(contact, 'DEFAULT')],
              ['Mobile', phoneOf(contact, 'MOBILE')],
              ['Direct dial', phoneOf(contact, 'DDI')],
              ['Fax', phoneOf(contact, 'FAX')],
              ['Billing address', addressOf(contact, 'POBOX')],
              ['Street address', addressOf(contact, 'STREET')],
              ['Other persons', persons.join('; ')],
              ['Account number', contact.AccountNumber],
              ['Contact number', contact.ContactNumber],
              ['VAT number', contact.TaxNumber],
              ['Company number', contact.CompanyNumber],
              ['Contact ID', el('code', { textContent: contact.ContactID })],
            ]),
          ),
          card(
            'Balance',
            facts([
              ['They owe', money(owed(contact))],
              ['of it overdue', money(Balances?.AccountsReceivable.Overdue)],
              ['You owe', money(Balances?.AccountsPayable.Outstanding)],
            ]),
          ),
        ),
        el('h2', { textContent: `${count(invoices.total, 'invoice')}${invoices.total > 50 ? ', the latest 50' : ''}` }),
        table('Invoices of this contact', INVOICE_HEADINGS, invoices.items.map(invoiceCells), 'No invoice for this contact yet.'),
        historyCard(history),
      );
    },
  };
}
