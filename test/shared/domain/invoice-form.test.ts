import { describe, expect, it } from '@jest/globals';
import { headerFormProblem, linesFormProblem } from '../../../shared/domain/invoice-form.ts';
import { invoiceWarnings } from '../../../shared/domain/invoice-warnings.ts';
import type { GesVat } from '../../../shared/domain/records.ts';
import { gesField, line } from '../../support/money-facts.ts';

describe('C9a: what Xero would refuse for its form is known beforehand', () => {
  it.each<[string, string, string | undefined]>([
    ['plain words', 'Annual boiler service\nwith a second line\tand a tab', undefined],
    ['4,000 characters', 'x'.repeat(4_000), undefined],
    ['4,001 characters', 'x'.repeat(4_001), 'description-too-long'],
    ['no description', '', 'line-without-description'],
    ['only spaces', '  \n ', 'line-without-description'],
    ['a control character', 'Boiler\u0007', 'characters-not-allowed'],
    ['a vertical tab', 'Boiler\u000B', 'characters-not-allowed'],
  ])('a line of %s', (_, description, code) => {
    const problem = linesFormProblem({ lines: [line(), line({ id: 'l2', description })] });
    expect(problem?.code).toBe(code);
    if (code !== undefined) expect(problem?.message.toLowerCase()).toContain('line 2');
  });

  it.each<[string, { number?: string; reference?: string }, string | undefined]>([
    ['255 characters', { number: 'N'.repeat(255) }, undefined],
    ['256 characters', { number: 'N'.repeat(256) }, 'number-too-long'],
    ['a control character in the number', { number: 'N\u0001' }, 'characters-not-allowed'],
    ['a control character in the reference', { reference: 'R\u0001' }, 'characters-not-allowed'],
    ['nothing', {}, undefined],
  ])('a header of %s', (_, header, code) => {
    expect(headerFormProblem(header)?.code).toBe(code);
  });
});

describe('C5, C6: warnings, no block', () => {
  const warnings = (vats: readonly GesVat[], vatRegistered = true, vatNumber?: string) =>
    invoiceWarnings(gesField(vats.map((vat, place) => line({ id: `l${String(place)}`, vat }))), { vatRegistered }, vatNumber);

  it.each<[string, readonly GesVat[], readonly string[]]>([
    ['wholly outside', ['outside', 'outside'], ['no-vat-on-invoice']],
    ['partly outside', ['outside', 'zero'], []],
    ['reverse charge and taxed', ['reverse-charge-standard', 'standard'], ['reverse-charge-mixed']],
    ['reverse charge and reduced', ['reverse-charge-reduced', 'reduced'], ['reverse-charge-mixed']],
    ['reverse charge and exempt', ['reverse-charge-standard', 'exempt'], []],
    ['taxed', ['standard', 'reduced'], []],
  ])('%s', (_, vats, expected) => {
    expect(warnings(vats)).toEqual(expected);
  });

  it('an organisation that is not registered has no VAT to miss', () => {
    expect(warnings(['outside'], false)).toEqual([]);
  });

  it('C6: reverse charge and a customer without VAT number; not where the number is not known', () => {
    expect(warnings(['reverse-charge-standard'], true, '')).toEqual(['reverse-charge-without-vat-number']);
    expect(warnings(['reverse-charge-standard'], true, 'GB123')).toEqual([]);
    expect(warnings(['reverse-charge-standard'], true)).toEqual([]);
  });
});
