import { button, el, field, input, redraw, select, table } from './dom.js';
import { money } from './format.js';

/** The lines of a document as a bookkeeper reads them. */
export function linesTable(lines) {
  const rows = lines.map((line) => [
    el('span', { className: 'text', textContent: line.Description ?? '' }),
    line.Quantity === undefined ? '' : String(line.Quantity),
    line.UnitAmount === undefined ? '' : line.UnitAmount.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 4 }),
    line.DiscountRate ? `${line.DiscountRate}%` : line.DiscountAmount ? money(line.DiscountAmount) : '',
    line.AccountCode ?? '',
    line.TaxType ?? '',
    money(line.TaxAmount),
    money(line.LineAmount),
  ]);
  return table('Lines', ['Description', '>Quantity', '>Price', '>Discount', 'Account', 'Tax rate', '>Tax', '>Amount'], rows, 'No lines.');
}

/** From the subtotal down to what is due. */
export function totals(invoice) {
  const rows = [
    ['Subtotal', invoice.SubTotal],
    ['VAT', invoice.TotalTax],
    ['Total', invoice.Total],
    ...(invoice.CISDeduction ? [['Less CIS deduction', -invoice.CISDeduction]] : []),
    ...(invoice.AmountCredited ? [['Less credit', -invoice.AmountCredited]] : []),
    ...(invoice.AmountPaid ? [['Less paid', -invoice.AmountPaid]] : []),
    [`Amount due ${invoice.CurrencyCode}`, invoice.AmountDue],
  ];
  return el(
    'dl',
    { className: 'totals' },
    rows.map(([name, amount]) => [el('dt', { textContent: name }), el('dd', { textContent: money(amount).replace('-', '−') })]),
  );
}

const isForLines = ({ Status, Type, Code }) => Status === 'ACTIVE' && Type !== 'BANK' && Code !== undefined;
const PARTS = ['Description', 'Quantity', 'UnitAmount', 'DiscountRate', 'AccountCode', 'TaxType'];
const NUMBERS = new Set(['Quantity', 'UnitAmount', 'DiscountRate']);

/** What is typed in one part of a line, as the switchboard wants it. An emptied discount is none. */
function valueOf(part, control) {
  const text = control.value.trim();
  if (!NUMBERS.has(part)) return text;
  if (text === '') return part === 'DiscountRate' ? 0 : undefined;
  return Number(text);
}

/**
 * An editor for lines. `changed()` tells whether anything differs from what it was given; `read()` gives the lines, of a held one only the
 * parts that were changed.
 */
export function lineEditor(held, accounts, taxRates) {
  const list = el('ol', { className: 'line-list' });
  const accountOptions = [['', 'Choose…'], ...accounts.filter(isForLines).map(({ Code, Name }) => [Code, `${Code} – ${Name}`])];
  const taxOptions = [
    ['', 'As the account says'],
    ...taxRates.filter(({ Status }) => Status === 'ACTIVE').map(({ TaxType, Name }) => [TaxType, Name]),
  ];
  const withHeld = (options, value) =>
    value === undefined || options.some(([key]) => key === value) ? options : [...options, [value, value]];
  const entries = [];
  const add = (line) => {
    const number = (part, more) => input(part, line[part] ?? '', { type: 'number', step: '0.0001', ...more });
    const controls = {
      Description: el('textarea', {
        name: 'Description',
        rows: (line.Description ?? '').split('\n').length,
        value: line.Description ?? '',
        required: true,
        maxLength: 4000,
      }),
      Quantity: number('Quantity', { value: line.Quantity ?? 1 }),
      UnitAmount: number('UnitAmount'),
      DiscountRate: number('DiscountRate', { min: 0, max: 100 }),
      AccountCode: select('AccountCode', withHeld(accountOptions, line.AccountCode), line.AccountCode ?? '200'),
      TaxType: select('TaxType', withHeld(taxOptions, line.TaxType), line.TaxType ?? ''),
    };
    const entry = { line, controls };
    const remove = button('Remove line', () => {
      entries.splice(entries.indexOf(entry), 1);
      item.remove();
    });
    const item = el(
      'li',
      {},
      field('Description', controls.Description),
      field('Quantity', controls.Quantity),
      field('Price', controls.UnitAmount),
      field('Discount %', controls.DiscountRate),
      field('Account', controls.AccountCode),
      field('Tax rate', controls.TaxType),
      remove,
    );
    entries.push(entry);
    list.append(item);
  };
  held.forEach(add);
  const isHeld = ({ line }) => line.LineItemID !== undefined;
  const changesOf = ({ line, controls }) =>
    Object.fromEntries(
      PARTS.map((part) => [part, valueOf(part, controls[part])]).filter(
        ([part, value]) => value !== undefined && value !== '' && value !== (line[part] ?? (part === 'DiscountRate' ? 0 : undefined)),
      ),
    );
  const read = () => entries.map((entry) => ({ ...(isHeld(entry) && { LineItemID: entry.line.LineItemID }), ...changesOf(entry) }));
  const changed = () =>
    entries.length !== held.length || entries.some((entry) => !isHeld(entry) || Object.keys(changesOf(entry)).length > 0);
  const view = el('div', { className: 'wide' });
  redraw(
    view,
    list,
    button('Add a line', () => add({}), 'small'),
  );
  return { view, read, changed };
}
