import { describe, expect, it } from '@jest/globals';
import { whereOf } from '../../../local/xero-sandbox/api/where.ts';
import { Bench } from './bench.ts';

const ROW = { Name: 'Åsa O"Neil', Amount: 12.5, Date: Date.UTC(2026, 0, 31), Paid: true, Ref: undefined };
const FIELDS = {
  texts: {
    Name: (row: typeof ROW) => row.Name,
    'Contact.Name': () => 'Acme Ltd',
    Ref: (row: typeof ROW) => row.Ref,
  },
  numbers: { Amount: (row: typeof ROW) => row.Amount },
  dates: { Date: (row: typeof ROW) => row.Date },
  flags: { Paid: (row: typeof ROW) => row.Paid },
  guids: { ContactID: () => 'abcdef00-0000-4000-8000-000000000001' },
};

describe('where', () => {
  it.each([
    ['Name=="åsa o\\"neil"', true],
    ['Name="asa O\\"NEIL"', true],
    ['name == "other"', false],
    ['Contact.Name == "Acme Ltd"', true],
    ['ContactID == guid("ABCDEF00-0000-4000-8000-000000000001")', true],
    ['ContactID=Guid("abcdef00-0000-4000-8000-000000000001")', true],
    ['Amount >= 12.5 AND Amount < 13', true],
    ['Amount > 12.50M', false],
    ['Amount > -1', true],
    ['Date == DateTime(2026,01,31)', true],
    ['Date >= DateTime(2026, 1, 1) && Date < DateTime(2026, 2, 1)', true],
    ['Date < DateTime(2026,01,31,00,00,00)', false],
    ['Name.Contains("NEIL")', true],
    ['Name.ToLower().StartsWith("asa")', true],
    ['Name.EndsWith("x")', false],
    ['Ref == null', true],
    ['Ref != null && Ref.Contains("x")', false],
    ['Paid == true', true],
    ['Paid', true],
    ['!Paid', false],
    ['Amount == 1 OR Amount == 12.5', true],
    ['(Amount == 1 || Amount == 12.5) AND Paid == false', false],
    ['Amount <> 12.5', false],
  ])('%s is %s', (where, expected) => {
    expect(whereOf(where, FIELDS)(ROW)).toBe(expected);
  });

  it.each([
    'Name ==',
    'Nothing == 1',
    'Name == "open',
    '(Name == "a"',
    'Name == "a" AND',
    'Name ~ "a"',
    'Name.Explode()',
    'DateTime(2026)',
  ])('%s gets 400 QueryParseException', (where) => {
    const reply = Bench.connected().get('Contacts', { where });
    expect([reply.status, reply.json.Type]).toEqual([400, 'QueryParseException']);
  });

  it.each([
    ['Date == "2026-01-31"', "Operator '==' incompatible with operand types 'DateTime' and 'String'"],
    ['InvoiceID = "abcdef00-0000-4000-8000-000000000001"', "Operator '=' incompatible with operand types 'Guid' and 'String'"],
    ['AmountDue > "5"', "Operator '>' incompatible with operand types 'Decimal' and 'String'"],
    ['DueDate < 20260131', "Operator '<' incompatible with operand types 'DateTime' and 'Decimal'"],
    ['AmountDue.Contains("5")', "No applicable method 'Contains' exists in type 'Decimal'"],
    ['Reference.constructor("x")', "No applicable method 'constructor' exists in type 'String'"],
    ['Reference', "Expression of type 'Boolean' expected"],
    ['Reference AND Type=="ACCREC"', "Expression of type 'Boolean' expected"],
    ['Date >= DateTime(2026,13,45)', 'Year, Month, and Day parameters describe an un-representable DateTime.'],
    ['InvoiceID == guid("abc")', 'Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).'],
  ])('%s compares what cannot be compared: QueryParseException, not an empty list', (where, message) => {
    const reply = Bench.connected().get('Invoices', { where });
    expect([reply.status, reply.json.Type, reply.json.Message]).toEqual([400, 'QueryParseException', message]);
  });

  it('an unknown field in order gets 400 QueryParseException', () => {
    expect(Bench.connected().get('Contacts', { order: 'Shoe DESC' }).json.Type).toBe('QueryParseException');
  });
});
