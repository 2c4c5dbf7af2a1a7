import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildLines } from '../../../shared/domain/invoice-build.ts';
import { cisDeduction, compareTotals, creditOfPennies } from '../../../shared/domain/invoice-totals.ts';
import { isRoundingLine } from '../../../shared/domain/invoice-lines.ts';
import { invoiceFields } from '../../../shared/domain/invoice.ts';
import { toPence, toPounds } from '../../../shared/domain/money.ts';
import type { GesInvoice, GesVat } from '../../../shared/domain/records.ts';
import { xeroTotals } from '../../../shared/domain/xero-totals.ts';
import type { OrganisationFacts } from '../../../shared/domain/xero-invoice.ts';
import { isReverseCharge } from '../../../shared/domain/vat.ts';
import { anyLines, facts, invoice, line, linesInStep, mergeOf, RATES, VATS, xeroInvoice, xeroLine } from '../../support/money-facts.ts';

const SEED = 20_261_124;
const rateOf = (taxType: string): number => RATES[taxType] ?? 0;
const build = (made: GesInvoice, about: Partial<OrganisationFacts> = {}, salesAccountId: string | null = 'sales') =>
  buildLines(made, { facts: facts(about), salesAccountId });
const problemOf = (result: ReturnType<typeof build>): string | undefined => ('problem' in result ? result.problem.code : undefined);
const totalsOf = (result: ReturnType<typeof build>) => {
  if ('problem' in result) throw new Error(result.problem.message);
  return xeroTotals(result.lines, result.lineAmountTypes, rateOf);
};
/** An invoice whose GES totals are off by some pence. */
const off = (made: GesInvoice, vat: number, gross: number): GesInvoice => ({
  ...made,
  totals: { ...made.totals, vat: toPounds(toPence(made.totals.vat) + vat), gross: toPounds(toPence(made.totals.gross) + gross) },
});

describe('C5: VAT', () => {
  it.each<[GesVat, string]>([
    ['standard', 'OUTPUT2'],
    ['reduced', 'RROUTPUT'],
    ['zero', 'ZERORATEDOUTPUT'],
    ['exempt', 'EXEMPTOUTPUT'],
    ['outside', 'NONE'],
    ['reverse-charge-standard', 'DRCHARGE20'],
    ['reverse-charge-reduced', 'DRCHARGE5'],
  ])('%s goes as %s', (vat, taxType) => {
    expect(build(invoice({ lines: [line({ vat })] }))).toMatchObject({ lines: [{ taxType }] });
  });

  it.each(VATS.filter((vat) => vat !== 'outside'))('%s: a rate that is not active is named', (vat) => {
    const made = invoice({ lines: [line({ vat })] });
    const taxRates = facts().taxRates.map((rate) => ({ ...rate, status: 'DELETED' }));
    const result = build(made, { taxRates });
    expect(problemOf(result)).toBe('tax-rate-missing');
    expect(problemOf(build(made, { taxRates: [] }))).toBe('tax-rate-missing');
  });

  const reverseCharge = (rates: Record<string, boolean>, effectiveRate = 0) => {
    const made = invoice({ lines: [line({ vat: 'reverse-charge-standard' })] });
    const taxRates = Object.entries(rates).map(([taxType, canApplyToRevenue]) => ({
      taxType,
      status: 'ACTIVE',
      effectiveRate,
      canApplyToRevenue,
    }));
    return build(made, { taxRates });
  };

  it('reverse charge goes as the active one of the two rates that may go on revenue, whichever it is', () => {
    expect(reverseCharge({ DRCHARGE20: true, DRCHARGESUPPLY20: false })).toMatchObject({ lines: [{ taxType: 'DRCHARGE20' }] });
    expect(reverseCharge({ DRCHARGE20: false, DRCHARGESUPPLY20: true })).toMatchObject({ lines: [{ taxType: 'DRCHARGESUPPLY20' }] });
  });

  it('reverse charge: both or neither on revenue needs a person, never a guess', () => {
    expect(problemOf(reverseCharge({ DRCHARGE20: true, DRCHARGESUPPLY20: true }))).toBe('tax-rate-unclear');
    expect(problemOf(reverseCharge({ DRCHARGE20: false, DRCHARGESUPPLY20: false }))).toBe('tax-rate-missing');
  });

  it('reverse charge puts no VAT on the invoice though its rate shows 20 %', () => {
    expect(reverseCharge({ DRCHARGE20: true }, 20)).toMatchObject({ lines: [{ taxType: 'DRCHARGE20' }], notes: [] });
  });

  it('a rate that may not go on revenue counts as missing', () => {
    const taxRates = facts().taxRates.map((rate) => ({ ...rate, canApplyToRevenue: false }));
    expect(problemOf(build(invoice(), { taxRates }))).toBe('tax-rate-missing');
  });

  it('an organisation that is not VAT-registered: lines without VAT go as NONE, an invoice with VAT needs a person', () => {
    const about = { vatRegistered: false, taxRates: [] };
    expect(build(invoice({ lines: [line({ vat: 'zero' }), line({ id: 'l2', vat: 'exempt' })] }), about)).toMatchObject({
      lines: [{ taxType: 'NONE' }, { taxType: 'NONE' }],
    });
    expect(problemOf(build(invoice(), about))).toBe('not-vat-registered');
    const reverse = build(invoice({ lines: [line({ vat: 'reverse-charge-standard' })] }), about);
    expect(reverse).toMatchObject({ problem: { code: 'not-vat-registered', message: expect.stringContaining('reverse charge') } });
  });
});

describe('C6: prices including VAT', () => {
  it('go as Inclusive', () => {
    const result = build(invoice({ pricesIncludeVat: true, lines: [line({ unitPrice: '120.00' })] }));
    expect(result).toMatchObject({ lineAmountTypes: 'Inclusive', lines: [{ unitAmount: '120' }] });
    expect(totalsOf(result)).toMatchObject({ net: 10_000, vat: 2_000, gross: 12_000 });
  });

  const reverse = line({ id: 'l2', unitPrice: '120.00', vat: 'reverse-charge-standard' });

  it('with a reverse-charge line everything goes Exclusive at 4 decimals: taxed prices without their VAT, 120 under the reverse charge stays 120', () => {
    const made = invoice({ pricesIncludeVat: true, lines: [line({ unitPrice: '100.00' }), reverse] });
    const result = build(made);
    expect(result).toMatchObject({ lineAmountTypes: 'Exclusive', lines: [{ unitAmount: '83.3333' }, { unitAmount: '120' }] });
    expect(totalsOf(result)).toMatchObject({ gross: toPence(made.totals.gross), vat: toPence(made.totals.vat) });
  });

  it('where GES’s totals say that a price under the reverse charge includes VAT, its VAT is taken out', () => {
    const made = invoice({ pricesIncludeVat: true, lines: [reverse] });
    const totals = { ...made.totals, net: '100.00', gross: '100.00' };
    expect(build({ ...made, totals })).toMatchObject({ lines: [{ unitAmount: '100', taxType: 'DRCHARGE20' }] });
  });

  it('totals that neither reading explains need a person, nothing is posted', () => {
    const made = invoice({ pricesIncludeVat: true, lines: [reverse] });
    expect(problemOf(build({ ...made, totals: { ...made.totals, net: '110.00', gross: '110.00' } }))).toBe('totals-differ');
  });

  it(`the gross is GES’s to the penny, whatever the lines, with a rounding line where it takes one (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(anyLines, (lines) => {
        const made = invoice({ pricesIncludeVat: true, lines: [...lines, { ...reverse, id: 'last' }] });
        const result = build(made);
        if ('problem' in result) expect(['totals-differ', 'vat-differs']).toContain(problemOf(result));
        else expect(totalsOf(result).gross).toBe(toPence(made.totals.gross));
      }),
      { numRuns: 500, seed: SEED },
    );
  });
});

describe('C7: totals', () => {
  it(`equal totals: no rounding line, no note (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(anyLines, fc.boolean(), (lines, pricesIncludeVat) => {
        fc.pre(!pricesIncludeVat || !lines.some(({ vat }) => isReverseCharge(vat)));
        const result = build(invoice({ lines, pricesIncludeVat }));
        expect(result).toMatchObject({ notes: [] });
        expect('lines' in result && result.lines).toHaveLength(lines.length);
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it(`a gross difference up to max(5p, 1p a line) is settled exactly by one line; a penny more is not posted (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(anyLines, fc.boolean(), fc.integer({ min: -20, max: 20 }), (lines, pricesIncludeVat, difference) => {
        fc.pre(!pricesIncludeVat || !lines.some(({ vat }) => isReverseCharge(vat)));
        const made = off(invoice({ lines, pricesIncludeVat }), 0, difference);
        const result = build(made);
        if (Math.abs(difference) > Math.max(5, lines.length)) {
          expect(problemOf(result)).toBe('totals-differ');
          return;
        }
        expect(totalsOf(result).gross).toBe(toPence(made.totals.gross));
        expect(totalsOf(result).vat).toBe(toPence(made.totals.vat));
        const rounding = 'lines' in result ? result.lines.filter((sent) => isRoundingLine(sent, '860')) : [];
        const expected = { quantity: '1', unitAmount: toPounds(difference), taxType: 'NONE', accountCode: '860', discountRate: '0' };
        expect(rounding).toMatchObject(difference === 0 ? [] : [expected]);
        expect('notes' in result && result.notes).toHaveLength(difference === 0 ? 0 : 1);
      }),
      { numRuns: 1_000, seed: SEED },
    );
  });

  it(`VAT may differ by 1p a taxed line, which is noted; more is not posted (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(anyLines, fc.integer({ min: -14, max: 14 }), (lines, difference) => {
        const made = off(invoice({ lines }), difference, 0);
        const taxed = lines.filter(({ vat }) => vat === 'standard' || vat === 'reduced').length;
        const result = build(made);
        if (Math.abs(difference) > taxed) expect(problemOf(result)).toBe('vat-differs');
        else expect('notes' in result && result.notes).toHaveLength(difference === 0 ? 0 : 1);
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it('the rounding line is updated in place, and goes away when there is nothing to round', () => {
    const xero = xeroInvoice({ lines: [xeroLine(), xeroLine({ lineItemId: 'r', accountCode: '860', taxType: 'NONE' })] });
    const linked = { xero, merge: mergeOf(linesInStep([line()], [xeroLine()]), [line()], xero.lines) };
    const again = buildLines(off(invoice(), 0, 2), { facts: facts(), salesAccountId: 'sales', linked });
    expect(again).toMatchObject({ lines: [{ lineItemId: 'x1' }, { lineItemId: 'r', unitAmount: '0.02' }] });
    const none = buildLines(invoice(), { facts: facts(), salesAccountId: 'sales', linked });
    expect('lines' in none && none.lines.map(({ lineItemId }) => lineItemId)).toEqual(['x1']);
  });

  it('no active rounding account: named, nothing posted', () => {
    const accounts = facts().accounts.map((account) =>
      account.systemAccount === 'ROUNDING' ? { ...account, status: 'ARCHIVED' as const } : account,
    );
    expect(build(off(invoice(), 0, 1), { accounts })).toMatchObject({
      problem: { code: 'account-missing', message: expect.stringContaining('ROUNDING') },
    });
  });
});

describe('accounts', () => {
  it.each<[string, string | null, Partial<OrganisationFacts>]>([
    ['none chosen', null, {}],
    ['one that is gone', 'other', {}],
    ['an archived one', 'sales', { accounts: facts().accounts.map((account) => ({ ...account, status: 'ARCHIVED' as const })) }],
  ])('no sales account: %s: nothing is posted', (_, salesAccountId, about) => {
    expect(problemOf(build(invoice(), about, salesAccountId))).toBe('account-missing');
  });

  it('the code is read from the facts, so a renumbered account keeps working (D2)', () => {
    const accounts = facts().accounts.map((account) => (account.accountId === 'sales' ? { ...account, code: '4000' } : account));
    expect(build(invoice(), { accounts })).toMatchObject({ lines: [{ accountCode: '4000' }] });
  });
});

describe('C8: CIS', () => {
  const labour = line({ vat: 'reverse-charge-standard', cis: 'labour' });
  const materials = line({ id: 'l2', vat: 'reverse-charge-standard', cis: 'materials' });

  it('labour goes to the account that Xero keeps for it, materials to the sales account', () => {
    expect(build(invoice({ lines: [labour, materials] }))).toMatchObject({ lines: [{ accountCode: '210' }, { accountCode: '200' }] });
  });

  it.each([
    [10_000, 20, 2_000],
    [3_333, 20, 667],
    [3_332, 20, 666],
    [1, 30, 0],
    [10_001, 12.5, 1_250],
    [12, 12.5, 2],
    [10_000, 0, 0],
  ])('%i pence at %f %% are %i', (net, rate, deduction) => {
    expect(cisDeduction(net, rate)).toBe(deduction);
  });

  it('another rate in Xero: both are named, nothing is posted', () => {
    expect(build(invoice({ lines: [labour] }), { cisRate: 30 })).toMatchObject({
      problem: { code: 'cis-rate-differs', message: expect.stringMatching(/20 %.*30 %/) },
    });
  });

  it('CIS off in Xero; a deduction without labour; labour without its account: nothing is posted', () => {
    expect(problemOf(build(invoice({ lines: [labour] }), { cisEnabled: false, accounts: facts().accounts.slice(0, 2) }))).toBe('cis-off');
    const odd = invoice({ lines: [materials] });
    expect(problemOf(build({ ...odd, totals: { ...odd.totals, cisDeduction: '5.00' } }))).toBe('cis-rate-differs');
    expect(problemOf(build(invoice({ lines: [labour] }), { accounts: facts().accounts.slice(0, 2) }))).toBe('account-missing');
  });

  const stated = line({ id: 'l9', description: 'CIS Deduction', unitPrice: '-20.00', vat: 'outside' });

  it('a line that only states the deduction is never sent; the others must add up to the total', () => {
    const made = { ...invoice({ lines: [labour, stated] }), totals: invoice({ lines: [labour] }).totals };
    expect(build(made)).toMatchObject({ lines: [{ gesId: 'l1' }] });
    expect('lines' in build(made) && build(made)).not.toHaveProperty('lines.1');
    expect(problemOf(build(invoice({ lines: [labour, stated] })))).toBe('totals-differ');
    expect(build(invoice({ lines: [line(), { ...stated, description: 'Discount' }] }))).toHaveProperty('lines.1');
  });

  it('a line that states the deduction is not sent with later edits either', () => {
    const base = linesInStep([labour, stated], [xeroLine({ accountCode: '210', taxType: 'DRCHARGE20' })]);
    const now = [
      { ...labour, quantity: '2' },
      { ...stated, unitPrice: '-40.00' },
    ];
    const there = [xeroLine({ accountCode: '210', taxType: 'DRCHARGE20' })];
    const linked = { xero: xeroInvoice({ lines: there }), merge: mergeOf(base, now, there) };
    const made = { ...invoice({ lines: now }), totals: invoice({ lines: now.slice(0, 1) }).totals };
    const built = buildLines(made, { facts: facts(), salesAccountId: 'sales', linked });
    expect('lines' in built && built.lines.map(({ lineItemId, quantity }) => [lineItemId, quantity])).toEqual([['x1', '2']]);
  });

  it('give or take a penny a labour line: neither stops it, and what Xero answered is what is owed', () => {
    const made = invoice({ lines: [labour, { ...labour, id: 'l2' }] });
    const deducting = (cisDeduction: string): GesInvoice => ({ ...made, totals: { ...made.totals, cisDeduction } });
    expect(problemOf(build(deducting('40.02')))).toBeUndefined();
    expect(problemOf(build(deducting('40.03')))).toBe('cis-rate-differs');
    const there = xeroInvoice({ total: 20_000, cisDeduction: 4_001 });
    expect(compareTotals(invoiceFields(made), there, facts())).toBeUndefined();
    expect(creditOfPennies(invoiceFields(made), there)).toBe(1);
    expect(creditOfPennies(invoiceFields(made), { ...there, cisDeduction: 3_998 })).toBe(-2);
    expect(creditOfPennies(invoiceFields(made), { ...there, cisDeduction: 3_997 })).toBe(0);
    expect(creditOfPennies(invoiceFields(made), { ...there, total: 20_001 })).toBe(0);
    expect(creditOfPennies(invoiceFields(made), { ...there, status: 'VOIDED' })).toBe(0);
  });

  it('C7, C8: compared again once both sides agree: gross and deduction; drafts and ended invoices do not count', () => {
    const made = invoiceFields(invoice({ lines: [labour] }));
    const there = xeroInvoice({ total: 10_000, cisDeduction: 2_000 });
    expect(compareTotals(made, there, facts())).toBeUndefined();
    expect(compareTotals(made, { ...there, total: 10_001 }, facts())).toMatchObject({ code: 'totals-differ' });
    expect(compareTotals(made, { ...there, cisDeduction: 3_000 }, facts())).toMatchObject({ code: 'cis-rate-differs' });
    expect(compareTotals(made, { ...there, total: 1, status: 'VOIDED' }, facts())).toBeUndefined();
    expect(compareTotals({ ...made, status: 'draft' }, { ...there, total: 1 }, facts())).toBeUndefined();
  });
});
