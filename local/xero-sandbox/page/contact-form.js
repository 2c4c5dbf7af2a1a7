import { act } from './api.js';
import { openForm } from './dialogs.js';
import { el, field, input } from './dom.js';

const TEXTS = [
  ['Name', 'Name', true],
  ['FirstName', 'First name'],
  ['LastName', 'Last name'],
  ['EmailAddress', 'E-mail'],
  ['AccountNumber', 'Account number'],
  ['ContactNumber', 'Contact number'],
  ['TaxNumber', 'VAT number'],
  ['CompanyNumber', 'Company number'],
];
const PHONES = [
  ['DEFAULT', 'Phone'],
  ['MOBILE', 'Mobile'],
  ['DDI', 'Direct dial'],
];
const PHONE_PARTS = [
  ['PhoneCountryCode', 'Country code'],
  ['PhoneAreaCode', 'Area code'],
  ['PhoneNumber', 'Number'],
];
const ADDRESSES = [
  ['POBOX', 'Billing address'],
  ['STREET', 'Street address'],
];
const ADDRESS_PARTS = [
  ['AttentionTo', 'Attention'],
  ['AddressLine1', 'Line 1'],
  ['AddressLine2', 'Line 2'],
  ['AddressLine3', 'Line 3'],
  ['AddressLine4', 'Line 4'],
  ['City', 'Town or city'],
  ['Region', 'County'],
  ['PostalCode', 'Postcode'],
  ['Country', 'Country'],
];

/** The parts of one slot (a phone, an address) that the user changed, with its type; undefined when none was. */
function changedSlot(form, typeField, type, parts, before) {
  const changed = parts
    .map(([part]) => [part, form.elements[`${type}.${part}`].value.trim()])
    .filter(([part, value]) => value !== (before?.[part] ?? ''));
  return changed.length === 0 ? undefined : { [typeField]: type, ...Object.fromEntries(changed) };
}

/** What the user changed and nothing else, so that changes made meanwhile by others are kept. */
function changesOf(form, contact) {
  const texts = TEXTS.map(([name]) => [name, form.elements[name].value.trim()]).filter(
    ([name, value]) => value !== (contact?.[name] ?? ''),
  );
  const phones = PHONES.map(([type]) =>
    changedSlot(
      form,
      'PhoneType',
      type,
      PHONE_PARTS,
      contact?.Phones.find(({ PhoneType }) => PhoneType === type),
    ),
  ).filter(Boolean);
  const addresses = ADDRESSES.map(([type]) =>
    changedSlot(
      form,
      'AddressType',
      type,
      ADDRESS_PARTS,
      contact?.Addresses.find(({ AddressType }) => AddressType === type),
    ),
  ).filter(Boolean);
  return {
    ...Object.fromEntries(texts),
    ...(phones.length > 0 && { Phones: phones }),
    ...(addresses.length > 0 && { Addresses: addresses }),
  };
}

/**
 * Opens the form of a contact, or of a new one when none is given.
 * @param saved called with the contact as Xero has it afterwards
 */
export function editContact(contact, saved) {
  const slot = (type, parts, held) =>
    parts.map(([part, label]) => field(label, input(`${type}.${part}`, held?.[part] ?? '', { maxLength: 500 })));
  const body = el(
    'div',
    { className: 'grid' },
    TEXTS.map(([name, label, required]) =>
      field(label, input(name, contact?.[name] ?? '', { required, maxLength: 255 }), { wide: required }),
    ),
    PHONES.map(([type, label]) =>
      el(
        'fieldset',
        { className: 'wide phone' },
        el('legend', { textContent: label }),
        slot(
          type,
          PHONE_PARTS,
          contact?.Phones.find(({ PhoneType }) => PhoneType === type),
        ),
      ),
    ),
    ADDRESSES.map(([type, label]) =>
      el(
        'fieldset',
        { className: 'wide address' },
        el('legend', { textContent: label }),
        slot(
          type,
          ADDRESS_PARTS,
          contact?.Addresses.find(({ AddressType }) => AddressType === type),
        ),
      ),
    ),
  );
  openForm({
    title: contact === null ? 'New contact' : `Edit ${contact.Name}`,
    body,
    done: contact === null ? 'Contact added.' : 'Contact saved.',
    save: async (form) => saved(await act(contact === null ? 'contacts' : `contacts/${contact.ContactID}`, changesOf(form, contact))),
  });
}
