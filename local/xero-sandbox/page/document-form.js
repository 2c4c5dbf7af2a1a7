import { act, call, look } from './api.js';
import { contactPicker } from './contact-picker.js';
import { openForm } from './dialogs.js';
import { lineEditor } from './document-lines.js';
import { attempt, el, field, input, select } from './dom.js';
import { isoDay } from './format.js';
import { invoiceName } from './invoice-cells.js';

const DAYS_TO_PAY = 14;
const DAY_MS = 86_400_000;
const AMOUNTS = [
  ['Exclusive', 'Tax exclusive'],
  ['Inclusive', 'Tax inclusive'],
  ['NoTax', 'No tax'],
];
const KINDS = {
  invoice: { path: 'invoices', idField: 'InvoiceID', newTitle: 'New invoice', numberField: 'InvoiceNumber' },
  'credit-note': { path: 'credit-notes', newTitle: 'New credit note', numberField: 'CreditNoteNumber' },
};

/** Header fields that were changed; of a new document those that are filled in. */
function headerChanges({ elements }, numberField, document) {
  const before = {
    [numberField]: document?.[numberField] ?? '',
    Reference: document?.Reference ?? '',
    Date: isoDay(document?.Date),
    DueDate: isoDay(document?.DueDate),
    LineAmountTypes: document?.LineAmountTypes ?? '',
  };
  return Object.fromEntries(
    Object.keys(before)
      .filter((name) => elements[name] !== undefined && elements[name].value.trim() !== before[name])
      .map((name) => [name, elements[name].value.trim()]),
  );
}

function contactChange({ elements }, document) {
  const name = elements.contact.value.trim();
  return name === (document?.Contact.Name ?? '') ? {} : { Contact: { Name: name } };
}

/**
 * Opens the form of an invoice or credit note, for a new one without `document`. Only what was changed is sent. Invoices with money on them
 * are opened too: what Xero does not let one change on them, it says itself.
 * @param saved called with the document as Xero has it afterwards
 */
export function editDocument({ kind, document, contactName = '', saved }) {
  const { path, idField, newTitle, numberField } = KINDS[kind];
  return attempt(async () => {
    const [accounts, taxRates, { now }] = await Promise.all([look('accounts'), look('tax-rates'), call('GET', 'clock')]);
    const lines = lineEditor(document?.LineItems ?? [{}], accounts, taxRates);
    const date = isoDay(document === undefined ? now : document.Date);
    const due = document === undefined ? isoDay(new Date(now).getTime() + DAYS_TO_PAY * DAY_MS) : isoDay(document.DueDate);
    const hint = 'A name that no active contact has makes a new contact, as in Xero.';
    const [picker, suggestions] = contactPicker('To', 'contact', document?.Contact.Name ?? contactName, hint);
    const body = el(
      'div',
      { className: 'grid' },
      picker,
      suggestions,
      field('Number', input(numberField, document?.[numberField] ?? '', { placeholder: 'the next free one', maxLength: 255 })),
      field('Reference', input('Reference', document?.Reference ?? '', { maxLength: 255 })),
      field('Date', input('Date', date, { type: 'date', required: true })),
      kind === 'invoice' ? field('Due date', input('DueDate', due, { type: 'date' })) : null,
      field('Amounts are', select('LineAmountTypes', AMOUNTS, document?.LineAmountTypes ?? 'Exclusive')),
      lines.view,
    );
    const save = (status) => async (form) => {
      const fields = {
        ...headerChanges(form, numberField, document),
        ...contactChange(form, document),
        ...(lines.changed() && { LineItems: lines.read() }),
        ...(status !== undefined && { Status: status }),
      };
      await saved(await act(document === undefined ? path : `${path}/${document[idField]}`, fields));
    };
    const isNewInvoice = document === undefined && kind === 'invoice';
    openForm({
      title: document === undefined ? newTitle : `Edit ${invoiceName(document)}`,
      body,
      save: save(isNewInvoice ? 'AUTHORISED' : undefined),
      saveLabel: document === undefined ? 'Approve' : 'Save',
      done: document === undefined ? 'Saved.' : 'Changes saved.',
      more: isNewInvoice ? [{ label: 'Save as draft', save: save('DRAFT') }] : [],
    });
  });
}
