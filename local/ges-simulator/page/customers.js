import { listAll, remove, save } from './api.js';
import { badge, button, el, field, input, openEditor, row, table, toolbar } from './dom.js';

const ADDRESS = [
  ['line1', 'Address line 1'],
  ['line2', 'Address line 2'],
  ['city', 'Town or city'],
  ['county', 'County'],
  ['postcode', 'Postcode'],
  ['country', 'Country'],
];

function addressFields(prefix, address) {
  return ADDRESS.map(([key, label]) => field(label, input(`${prefix}.${key}`, address?.[key] ?? '')));
}

function readAddress(form, prefix) {
  return Object.fromEntries(ADDRESS.map(([key]) => [key, form.elements[`${prefix}.${key}`].value]));
}

/** One line of a form for each site; the address of a site is kept short here. */
function siteList(sites) {
  const list = el('div', { className: 'sites' });
  const add = (site) => {
    const line = el('div', { className: 'site' });
    line.dataset.id = site.id ?? '';
    for (const [key, label] of ADDRESS.filter(([name]) => ['line1', 'city', 'postcode'].includes(name))) {
      line.append(input(`site.${key}`, site.address?.[key] ?? '', { placeholder: label, ariaLabel: `Site: ${label}` }));
    }
    line.append(button('Remove', () => line.remove(), 'quiet'));
    list.append(line);
  };
  sites.forEach(add);
  const read = () =>
    [...list.children].map((line) => {
      const [line1, city, postcode] = [...line.querySelectorAll('input')].map((control) => control.value);
      return { ...(line.dataset.id ? { id: line.dataset.id } : {}), address: { line1, city, postcode } };
    });
  const view = el(
    'div',
    { className: 'wide' },
    list,
    button('Add a site', () => add({}), 'quiet'),
  );
  return { view, read };
}

function edit(accountId, customer, changed) {
  const sites = siteList(customer?.sites ?? []);
  const archived = el('input', { type: 'checkbox', name: 'archived', checked: customer?.archived ?? false });
  const text = (name, label, wide) => field(label, input(name, customer?.[name] ?? ''), wide);
  const body = el(
    'div',
    { className: 'grid' },
    text('name', 'Name', true),
    text('firstName', 'First name'),
    text('lastName', 'Last name'),
    text('email', 'E-mail'),
    text('vatNumber', 'VAT number'),
    text('phone', 'Phone'),
    text('mobile', 'Mobile'),
    el('h3', { textContent: 'Billing address' }),
    addressFields('billingAddress', customer?.billingAddress),
    el('h3', { textContent: 'Sites' }),
    sites.view,
    el('label', { className: 'tick wide' }, archived, ' Archived'),
  );
  openEditor({
    title: customer ? customer.name : 'New customer',
    note: customer
      ? `${customer.id} · revision ${customer.revision} · changed ${new Date(customer.updatedAt).toLocaleString('en-GB')}`
      : '',
    body,
    save: async (form) => {
      const plain = ['name', 'firstName', 'lastName', 'email', 'vatNumber', 'phone', 'mobile'];
      await save(accountId, 'customers', customer, {
        ...Object.fromEntries(plain.map((name) => [name, form.elements[name].value])),
        billingAddress: readAddress(form, 'billingAddress'),
        sites: sites.read(),
        archived: archived.checked,
      });
      changed();
    },
    more: customer
      ? [
          {
            label: 'Delete',
            className: 'danger',
            action: async () => {
              await remove(accountId, 'customers', customer);
              changed();
            },
          },
        ]
      : [],
  });
}

function customerRow(accountId, customer, changed) {
  const { billingAddress } = customer;
  const place = [billingAddress.city, billingAddress.postcode].filter((part) => part !== '').join(', ');
  return row(
    () => edit(accountId, customer, changed),
    el('span', {}, el('strong', { textContent: customer.name }), customer.archived ? badge('archived') : null),
    customer.email,
    customer.phone || customer.mobile,
    el('span', { className: 'keep', textContent: place }),
    String(customer.sites.length || ''),
    el('span', { className: 'id', textContent: `${customer.id} · r${customer.revision}` }),
  );
}

/** The list of customers. `load` fetches what `draw` shows; `draw` is given what the user searches for. */
export const customers = {
  title: 'Customers',
  load: (accountId) => listAll(accountId, 'customers'),
  draw: ({ accountId, data, search, matches, changed }) => {
    const shown = data.filter((customer) => matches(JSON.stringify(customer)));
    const rows = shown.map((customer) => customerRow(accountId, customer, changed));
    const action = button('New customer', () => edit(accountId, null, changed), 'primary');
    const list = table(['Name', 'E-mail', 'Phone', 'Billing address', 'Sites', ''], rows, 'No customer matches.');
    return [toolbar('Customers', String(shown.length), search, action), list];
  },
};
