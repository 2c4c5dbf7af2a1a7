import { describe, expect, it } from '@jest/globals';
import { Bench, messagesOf } from './bench.ts';

const LINE = { Description: 'Service', Quantity: 1, UnitAmount: 100, AccountCode: '200' };
const BEFORE_PERIOD = 'The document date cannot be before the period lock date, currently set at 31-Oct-2026';
const BEFORE_YEAR = 'The document date cannot be before the end of year lock date, currently set at 31-Mar-2026';
const EDIT_PERIOD = 'The document cannot be edited as it is currently dated before the period lock date, currently set at 31-Oct-2026';
const EDIT_YEAR = 'The document cannot be edited as it is currently dated before the end of year lock date, currently set at 31-Mar-2026';

/** Books closed to October, and for everybody to March; one approved invoice of each time. */
function closed(role: 'adviser' | 'standard' = 'standard'): { bench: Bench; october: string; march: string; november: string } {
  const bench = Bench.connected();
  const [october, march, november] = ['2026-10-31', '2026-03-31', '2026-11-05'].map((Date) => bench.invoice({ Date }).InvoiceID);
  bench.pull('POST', 'as-user/lock-dates', { periodLockDate: '2026-10-31', endOfYearLockDate: '2026-03-31' });
  const [user] = bench.pull('GET', 'users').list;
  const { email, givenName, familyName, tenantIds } = user;
  bench.pull('POST', 'users', { email, givenName, familyName, tenantIds, role });
  return { bench, october: october ?? '', march: march ?? '', november: november ?? '' };
}

const put = (bench: Bench, fields: object) =>
  bench.api('PUT', 'Invoices', {
    Type: 'ACCREC',
    Contact: { Name: 'Okafor & Sons' },
    DueDate: '2026-12-01',
    LineItems: [LINE],
    ...fields,
  });
const post = (bench: Bench, id: string, fields: object) => bench.api('POST', `Invoices/${id}`, fields);

describe('lock dates', () => {
  it('nothing is approved on or before them; the day after is open', () => {
    const { bench } = closed();
    expect(messagesOf(put(bench, { Status: 'AUTHORISED', Date: '2026-10-31' }).json)).toEqual([BEFORE_PERIOD]);
    expect(messagesOf(put(bench, { Status: 'AUTHORISED', Date: '2026-03-31' }).json)).toEqual([BEFORE_PERIOD, BEFORE_YEAR]);
    expect(put(bench, { Status: 'AUTHORISED', Date: '2026-11-01' }).status).toBe(200);
  });

  it.each(['DRAFT', 'SUBMITTED'])('a %s document may be made, changed and deleted there, only approving it is refused', (Status) => {
    const { bench } = closed();
    const [{ InvoiceID }] = put(bench, { Status, Date: '2026-10-01' }).json.Invoices;
    expect(post(bench, InvoiceID, { Reference: 'still open' }).status).toBe(200);
    expect(messagesOf(post(bench, InvoiceID, { Status: 'AUTHORISED' }).json)).toEqual([BEFORE_PERIOD]);
    expect(post(bench, InvoiceID, { Status: 'DELETED' }).status).toBe(200);
  });

  it.each([{ Reference: 'x' }, { Status: 'VOIDED' }, { Date: '2026-11-20' }])('an approved document there is closed to %j', (fields) => {
    const { bench, october, march } = closed();
    expect(messagesOf(post(bench, october, fields).json)).toEqual([EDIT_PERIOD]);
    expect(messagesOf(post(bench, march, fields).json)).toEqual([EDIT_PERIOD, EDIT_YEAR]);
  });

  it('an approved document cannot be moved there', () => {
    const { bench, november } = closed();
    expect(messagesOf(post(bench, november, { Date: '2026-10-05' }).json)).toEqual([BEFORE_PERIOD]);
  });

  it('payments are refused by their own date, made and deleted', () => {
    const { bench, october } = closed();
    expect(messagesOf(bench.payment(october, 10, { Date: '2026-10-31' }).json)).toEqual([BEFORE_PERIOD]);
    const [{ PaymentID }] = bench.payment(october, 10, { Date: '2026-11-21' }).json.Payments;
    bench.pull('POST', 'as-user/lock-dates', { periodLockDate: '2026-11-21' });
    const deletion = bench.api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' });
    expect(messagesOf(deletion.json)[0]).toContain('cannot be edited as it is currently dated before the period lock date');
  });

  it('credit notes are refused like invoices', () => {
    const { bench } = closed();
    const note = { Contact: { Name: 'Okafor & Sons' }, LineItems: [LINE], Date: '2026-10-31' };
    expect(bench.pull('POST', 'as-user/credit-notes', note).json.error).toBe(BEFORE_PERIOD);
  });

  it('an adviser’s connection posts into a period that is closed to others, not into a closed year', () => {
    const { bench, october, march } = closed('adviser');
    expect(put(bench, { Status: 'AUTHORISED', Date: '2026-10-31' }).status).toBe(200);
    expect(post(bench, october, { Reference: 'x' }).status).toBe(200);
    expect(messagesOf(put(bench, { Status: 'AUTHORISED', Date: '2026-03-31' }).json)).toEqual([BEFORE_YEAR]);
    expect(messagesOf(post(bench, march, { Reference: 'x' }).json)).toEqual([EDIT_YEAR]);
  });
});
