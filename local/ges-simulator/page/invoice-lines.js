import { button, el, input, select } from './dom.js';

const VAT = [
  ['standard', '20 % standard'],
  ['reduced', '5 % reduced'],
  ['zero', '0 % zero-rated'],
  ['exempt', 'Exempt'],
  ['outside', 'Outside VAT'],
  ['reverse-charge-standard', 'Reverse charge 20 %'],
  ['reverse-charge-reduced', 'Reverse charge 5 %'],
];
const CIS = [
  ['', 'no CIS'],
  ['labour', 'CIS labour'],
  ['materials', 'CIS materials'],
];

/** The lines of an invoice in a form. `read` gives them as the API takes them; `changed` is called at every change. */
export function lineList(lines, changed) {
  const heads = ['Description', 'Quantity', 'Price £', 'Discount %', 'VAT', 'CIS', ''];
  const list = el('div', { onchange: changed });
  const add = (line) => {
    const item = el(
      'div',
      { className: 'line' },
      input('description', line.description ?? '', { placeholder: 'What was done', ariaLabel: 'Description' }),
      input('quantity', line.quantity ?? '1', { ariaLabel: 'Quantity' }),
      input('unitPrice', line.unitPrice ?? '', { placeholder: '0.00', ariaLabel: 'Price' }),
      input('discountPercent', line.discountPercent ?? '0', { ariaLabel: 'Discount in percent' }),
      select('vat', VAT, line.vat ?? 'standard', { ariaLabel: 'VAT' }),
      select('cis', CIS, line.cis ?? '', { ariaLabel: 'CIS' }),
      button(
        '✕',
        () => {
          item.remove();
          changed();
        },
        'quiet',
      ),
    );
    item.dataset.id = line.id ?? '';
    list.append(item);
  };
  lines.forEach(add);
  const read = () =>
    [...list.children].map((item) => {
      const values = Object.fromEntries([...item.querySelectorAll('input, select')].map(({ name, value }) => [name, value.trim()]));
      return { ...(item.dataset.id ? { id: item.dataset.id } : {}), ...values, cis: values.cis === '' ? null : values.cis };
    });
  const head = el(
    'div',
    { className: 'line head' },
    heads.map((text) => el('span', { textContent: text })),
  );
  return {
    view: el(
      'div',
      {},
      head,
      list,
      button('Add a line', () => add({}), 'quiet'),
    ),
    read,
  };
}
