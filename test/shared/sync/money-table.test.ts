import { describe, expect, it } from '@jest/globals';
import { lineAmount } from '../../../local/ges-simulator/core/money.ts';
import type { Invoice as GesInvoice } from '../../../local/ges-simulator/core/records.ts';
import type { SandboxSettings } from '../../../local/xero-sandbox/core/settings.ts';
import { amountDueOf, type Invoice as XeroInvoice } from '../../../local/xero-sandbox/invoices/records.ts';
import { toPence } from '../../../shared/domain/money.ts';
import { INVOICE_TABLE } from '../../support/invoice-table.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';

type Settings = Pick<SandboxSettings, 'inclusiveRounding' | 'shuffleLines' | 'reverseChargeOnRevenue' | 'reverseChargeShowsRate'>;

/** Every rounding and ordering, under either reading of the reverse charge. */
const SETTINGS: readonly Settings[] = (['tax-first', 'net-first'] as const).flatMap((inclusiveRounding) =>
  [false, true].flatMap((shuffleLines) =>
    [
      { reverseChargeOnRevenue: 'DRCHARGE' as const, reverseChargeShowsRate: true },
      { reverseChargeOnRevenue: 'DRCHARGESUPPLY' as const, reverseChargeShowsRate: false },
    ].map((reverse) => ({ inclusiveRounding, shuffleLines, ...reverse })),
  ),
);
const named = (settings: Settings): string => Object.values(settings).map(String).join(', ');

const VAT_PERCENT: Readonly<Record<string, number>> = { standard: 20, reduced: 5 };

/** The whole table, issued under these settings and brought into step. */
async function tableUnder(settings: Settings): Promise<MoneyWorld> {
  const world = await createMoneyWorld();
  const { sandbox } = world.xero;
  sandbox.state.settings = { ...sandbox.state.settings, ...settings };
  const { id: customerId } = world.ges.customer();
  for (const [place, { name, ...fields }] of INVOICE_TABLE.entries())
    world.ges.invoice({ customerId, number: `T-${String(place)}`, reference: name.slice(0, 255), ...fields });
  await world.settle();
  return world;
}

/** What differs between both sides of one invoice, in words; the pennies that the rules allow do not. */
function differences(here: GesInvoice, there: XeroInvoice): readonly string[] {
  const taxed = here.lines.filter(({ vat }) => vat === 'standard' || vat === 'reduced').length;
  const labour = here.lines.filter(({ cis }) => cis === 'labour').length;
  const isConverted = here.pricesIncludeVat && here.lines.some(({ vat }) => vat.startsWith('reverse-charge'));
  const figures: readonly (readonly [string, string, number, number])[] = [
    ['gross', here.totals.gross, there.total, 0],
    ['VAT', here.totals.vat, there.totalTax, taxed],
    ['net', here.totals.net, there.subTotal, taxed],
    ['CIS', here.totals.cisDeduction, there.cisDeduction, labour],
    ['paid', here.balance.paid, there.amountPaid, 0],
    ['due', here.balance.due, amountDueOf(there), 0],
  ];
  const ofInvoice = figures.flatMap(([what, pounds, pence, allowed]) =>
    Math.abs(toPence(pounds) - pence) <= allowed ? [] : [`${what}: ${pounds} here, ${String(pence)}p in Xero`],
  );
  const ofLines = here.lines.flatMap((line) => {
    const sent = there.lines.find(({ description }) => description === line.description);
    if (sent === undefined) return [`${line.description} is not in Xero`];
    const amount = Number(lineAmount(line));
    // A price without its VAT has 4 decimals, which makes less than a penny of these quantities.
    const expected = isConverted ? (amount * 100) / (100 + (VAT_PERCENT[line.vat] ?? 0)) : amount;
    return Math.abs(sent.lineAmount - expected) <= (isConverted ? 1 : 0)
      ? []
      : [`${line.description}: ${String(amount)}p here, ${String(sent.lineAmount)}p in Xero`];
  });
  const rounding = there.lines.length - here.lines.length;
  const roundings = rounding === 0 || (rounding === 1 && isConverted) ? [] : [`${String(rounding)} lines too many`];
  return [...ofInvoice, ...ofLines, ...roundings].map((text) => `${here.reference}: ${text}`);
}

async function wrongIn(world: MoneyWorld): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const invoice of world.ges.invoices()) {
    const problem = await world.problem('invoice', invoice.id);
    if (problem !== undefined) wrong.push(`${invoice.reference}: ${problem}`);
    else wrong.push(...differences(invoice, world.xero.invoice(invoice.number)));
  }
  return wrong;
}

describe(`C5–C8: ${String(INVOICE_TABLE.length)} realistic invoices, every figure on both sides, through the local chain`, () => {
  it.each(SETTINGS.map((settings) => [named(settings), settings] as const))(
    'with %s: all go, and what is due can be paid to the last penny',
    async (_, settings) => {
      const world = await tableUnder(settings);
      expect(world.xero.invoices()).toHaveLength(INVOICE_TABLE.length);
      expect(await wrongIn(world)).toEqual([]);
      // The table has what it takes: CIS of Xero's by a penny more and by a penny less.
      const credits = new Set(world.ges.invoices().map(({ balance }) => balance.credited));
      expect([...credits].sort()).toEqual(settings.inclusiveRounding === 'tax-first' ? ['0.00'] : ['-0.01', '0.00', '0.01']);
      for (const { id, balance } of world.ges.invoices()) world.ges.pay(id, balance.due);
      await world.settle();
      expect(await wrongIn(world)).toEqual([]);
      const unpaid = world.ges
        .invoices()
        .filter(({ number, paymentStatus }) => paymentStatus !== 'paid' || world.xero.invoice(number).status !== 'PAID');
      expect(unpaid.map(({ reference }) => reference)).toEqual([]);
      const payments = world.ges.payments();
      const problems = await Promise.all(payments.map(({ id }) => world.problem('payment', id)));
      expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    },
    60_000,
  );

  it('C2: edited afterwards, a line each, they are in step again in every order and rounding', async () => {
    const world = await tableUnder({
      inclusiveRounding: 'net-first',
      shuffleLines: true,
      reverseChargeOnRevenue: 'DRCHARGE',
      reverseChargeShowsRate: true,
    });
    for (const { id, lines } of world.ges.invoices())
      world.ges.changeInvoice(id, { lines: lines.map((line, place) => (place === 0 ? { ...line, unitPrice: '219.97' } : line)) });
    await world.settle();
    expect(await wrongIn(world)).toEqual([]);
  }, 60_000);
});
