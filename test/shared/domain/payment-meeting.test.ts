import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { meetPayments, type MeetingCandidate, type PaymentMeeting } from '../../../shared/domain/payment-meeting.ts';
import { toPence, toPounds } from '../../../shared/domain/money.ts';
import type { XeroPayment } from '../../../shared/domain/xero-invoice.ts';
import { xeroPayment } from '../../support/money-facts.ts';

const SEED = 20_261_125;
const NOBODY: ReadonlyMap<string, string> = new Map();
const candidate = (
  id: string,
  amount = 5_000,
  date = '2026-11-21',
  standing: MeetingCandidate['standing'] = 'unlinked',
): MeetingCandidate => ({
  ges: { id, revision: 1, invoiceId: 'inv_1', amount: toPounds(amount), date, method: 'card', reference: '', updatedAt: '' },
  standing,
});
const gesIdOf = (meeting: PaymentMeeting): string | undefined => ('ges' in meeting ? meeting.ges.id : undefined);
const meet = (added: readonly XeroPayment[], candidates: readonly MeetingCandidate[], due = 100_000, begun = NOBODY) =>
  meetPayments(added, candidates, begun, due).map((meeting) => [meeting.how, gesIdOf(meeting)]);

describe('D4: payments that both sides entered', () => {
  it.each<[string, string, number, string]>([
    ['the same day', '2026-11-21', 100_000, 'twin'],
    ['3 days later', '2026-11-24', 100_000, 'twin'],
    ['3 days earlier', '2026-11-18', 100_000, 'twin'],
    ['4 days apart, both would fit', '2026-11-25', 5_000, 'new'],
    ['4 days apart, both would exceed what is owed', '2026-11-25', 4_999, 'twin'],
    ['30 days apart, both would exceed what is owed', '2026-10-22', 0, 'twin'],
    ['31 days apart', '2026-10-21', 0, 'new'],
  ])('%s: %s with £%i left: %s', (_, date, due, how) => {
    expect(meet([xeroPayment()], [candidate('pay_1', 5_000, date)], due)[0]?.[0]).toBe(how);
  });

  it('another amount, or a payment that is linked already, is no twin', () => {
    expect(meet([xeroPayment()], [candidate('pay_1', 5_001), candidate('pay_2', 5_000, '2026-11-21', 'linked')])).toEqual([
      ['new', undefined],
    ]);
  });

  it('two in Xero, one in GES: the nearer one is the twin, the other is new', () => {
    const two = [xeroPayment({ date: '2026-11-23' }), xeroPayment({ paymentId: 'p2' })];
    expect(meet(two, [candidate('pay_1')])).toEqual([
      ['twin', 'pay_1'],
      ['new', undefined],
    ]);
    expect(meet([xeroPayment()], [candidate('far', 5_000, '2026-11-23'), candidate('near')])).toEqual([['twin', 'near']]);
  });
});

describe('C11, D5: what is known for sure goes before what looks alike', () => {
  it('our id in the reference', () => {
    const added = [xeroPayment(), xeroPayment({ paymentId: 'p2', reference: 'pay_1 SumUp' })];
    expect(meet(added, [candidate('pay_1'), candidate('pay_2')])).toEqual([
      ['twin', 'pay_2'],
      ['ours', 'pay_1'],
    ]);
  });

  it('a link that was begun before a crash', () => {
    expect(meet([xeroPayment()], [candidate('pay_1'), candidate('pay_2')], 0, new Map([['p1', 'pay_2']]))).toEqual([['ours', 'pay_2']]);
  });

  it('a link that was begun before a crash, with a payment that GES has no more: neither new nor anybody’s twin', () => {
    expect(meet([xeroPayment()], [candidate('pay_1')], 0, new Map([['p1', 'pay_2']]))).toEqual([['gone', undefined]]);
  });

  it('a replacement of one deleted in Xero, whatever its date, goes before a twin', () => {
    const orphan = candidate('pay_1', 5_000, '2026-01-01', 'orphan');
    expect(meet([xeroPayment()], [candidate('pay_2'), orphan])).toEqual([['replacement', 'pay_1']]);
    expect(meet([xeroPayment({ amount: 4_000 })], [orphan])).toEqual([['new', undefined]]);
  });
});

it(`each payment of either side is met at most once, pairs have the same amount, none is left out (seed ${String(SEED)})`, () => {
  const day = fc.integer({ min: 1, max: 30 }).map((number) => `2026-11-${String(number).padStart(2, '0')}`);
  const amount = fc.constantFrom(1_000, 5_000);
  const added = fc.array(fc.record({ date: day, amount, ours: fc.boolean() }), { minLength: 1, maxLength: 6 });
  const inGes = fc.array(fc.record({ date: day, amount, standing: fc.constantFrom('unlinked', 'orphan', 'linked' as const) }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(added, inGes, fc.integer({ min: -5_000, max: 20_000 }), (xero, ges, due) => {
      const candidates = ges.map((each, index) => candidate(`pay_${String(index)}`, each.amount, each.date, each.standing));
      const payments = xero.map((each, index) =>
        xeroPayment({
          paymentId: `p${String(index)}`,
          date: each.date,
          amount: each.amount,
          reference: each.ours ? `pay_${String(index)}` : '',
        }),
      );
      const met = meetPayments(payments, candidates, NOBODY, due);
      expect(met.map(({ payment }) => payment)).toEqual(payments);
      const paired = met.flatMap((meeting) => ('ges' in meeting ? meeting.ges : []));
      expect(new Set(paired.map(({ id }) => id)).size).toBe(paired.length);
      for (const meeting of met) {
        if (!('ges' in meeting)) {
          expect(meeting.how).toBe('new');
          continue;
        }
        const { how, payment, ges: known } = meeting;
        expect(candidates.find((each) => each.ges === known)?.standing).toBe(how === 'replacement' ? 'orphan' : 'unlinked');
        if (how !== 'ours') expect(toPence(known.amount)).toBe(payment.amount);
      }
    }),
    { numRuns: 1_000, seed: SEED },
  );
});
