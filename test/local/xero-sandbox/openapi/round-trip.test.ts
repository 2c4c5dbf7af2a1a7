import { describe, expect, it } from '@jest/globals';
import { ObjectSerializer } from 'xero-node/dist/gen/model/accounting/models.js';
import { losses, type Loss } from './losses.ts';
import type { Recorded } from './recorder.ts';
import { SCENARIOS } from './scenarios.ts';

const MODELS = [
  'Accounts',
  'Actions',
  'BatchPayments',
  'Contacts',
  'CreditNotes',
  'HistoryRecords',
  'Invoices',
  'OnlineInvoices',
  'BrandingThemes',
  'InvoiceReminders',
  'Organisations',
  'Payments',
  'TaxRates',
  'TrackingCategories',
];

/** What xero-node's models leave out of an answer, and why it does no harm. */
const LEFT_OUT: readonly { at: RegExp; reason: string }[] = [
  { at: /^\/(Id|Status|ProviderName|DateTimeUTC)$/, reason: 'the envelope has no model' },
  { at: /\/(DateString|DueDateString|DateUTCString)$/, reason: 'dates said a second time as text' },
  { at: /\/LineItems\/\[\]\/DiscountEnteredAsPercent$/, reason: 'newer than the models; the rate says the same' },
  { at: /\/LineItems\/\[\]\/ValidationErrors$/, reason: 'the line model has no errors; they are on the document' },
  {
    at: /^\/Elements\/\[\]\/(?!(ValidationErrors|BatchPaymentID|BankTransactionID|CreditNoteID|ContactID|InvoiceID|ItemID|PurchaseOrderID)$)/,
    reason: 'the model of a refused element knows its ids and errors only; the rest is read from the raw body',
  },
];

/** The name of the model of an answer; undefined for what has none: identity, HTML, text, problems of the gateway. */
function modelOf({ url, status, answer, answerHeaders }: Recorded): string | undefined {
  const path = url.split('?')[0] ?? '';
  const isJson = (answerHeaders['content-type'] ?? '').startsWith('application/json');
  if (!isJson || !path.startsWith('/api.xro/') || (status !== 200 && status !== 400)) return undefined;
  if (status === 400) return 'ModelError';
  if (path.endsWith('/CISSettings')) return path.includes('/Organisation/') ? 'CISOrgSettings' : 'CISSettings';
  const body = JSON.parse(answer) as object;
  return MODELS.find((model) => model in body);
}

function lossesOf(exchange: Recorded): Loss[] {
  const model = modelOf(exchange);
  if (model === undefined) return [];
  const raw: unknown = JSON.parse(exchange.answer);
  const read: unknown = ObjectSerializer.deserialize(raw, model);
  if (read === raw) throw new Error(`xero-node has no model ${model}: it gave the raw body back`);
  return losses(raw, ObjectSerializer.serialize(read, model));
}

describe('xero-node 20.0.0 reads every answer and writes it again without loss', () => {
  const needed = new Set<RegExp>();
  const models = new Set<string>();

  it.each(SCENARIOS)('%s', async (_name, play) => {
    const { exchanges } = await play();
    for (const exchange of exchanges) models.add(modelOf(exchange) ?? 'none');
    const found = exchanges.flatMap(lossesOf).filter(({ at }) => {
      const known = LEFT_OUT.find((exception) => exception.at.test(at));
      if (known !== undefined) needed.add(known.at);
      return known === undefined;
    });
    expect([...new Set(found.map(({ at, detail }) => `${at}: ${detail}`))]).toEqual([]);
  });

  it.each([...MODELS, 'CISOrgSettings', 'CISSettings', 'ModelError'])('the model %s was met', (name) => {
    expect(models).toContain(name);
  });

  it('every listed exception is needed', () => {
    expect(LEFT_OUT.filter(({ at }) => !needed.has(at))).toEqual([]);
  });

  it.each([
    [{ Name: 'A' }, {}, '/Name'],
    [{ Lines: [{ Amount: 1.005 }] }, { Lines: [{ Amount: 1 }] }, '/Lines/[]/Amount'],
    [{ Date: '/Date(1000+0000)/' }, { Date: new Date(2_000) }, '/Date'],
    [{ Lines: [{}, {}] }, { Lines: [{}] }, '/Lines'],
  ])('finds the loss between %j and %j', (before, after, at) => {
    expect(losses(before, after).map((loss) => loss.at)).toEqual([at]);
  });
});
