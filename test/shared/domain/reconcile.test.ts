import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressToField, fieldToAddress } from '../../../shared/domain/address.ts';
import { contactFields, customerFields, customerRules } from '../../../shared/domain/customer.ts';
import type { Fields } from '../../../shared/domain/fields.ts';
import { adopt, reconcile, type BothSides, type Merge } from '../../../shared/domain/reconcile.ts';
import { contact, customer } from '../../support/fake-records.ts';

const SUFFIX = ' (LS1 4AB)';
const RUNS = { numRuns: 400 };

/** Is there nothing to tell either side? */
function isQuiet(merge: Pick<Merge, 'toXero' | 'toGes'>): boolean {
  return Object.keys(merge.toXero).length === 0 && Object.keys(merge.toGes).length === 0;
}

/** Values of each field: few of them, so that sides often agree, with differences in formatting and things that Xero refuses. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  name: ['Zeta Gas', 'Zeta <Gas>', 'Omega  Heating', 'Omega Heating', `Zeta Gas${SUFFIX}`, 'x'.repeat(300), '<>'],
  firstName: ['', 'Priya', 'Anne  Marie', 'Bob'],
  lastName: ['', 'Nair', 'O’Brien'],
  email: ['', 'a@b.example', 'B@b.example', 'no address', 'jürgen@b.example'],
  phone: ['', '0113 496 0000', '+44 113 4960000', '0200 000000', '1'.repeat(60)],
  mobile: ['', '07700 900123', '+44 (0)7700 900123', 'ask Bob'],
  vatNumber: ['', 'GB123456789', '123 4567 89', '987654321', '9'.repeat(60)],
  billingAddress: [
    '',
    '4 Mill Row\n\nLeeds\n\nLS1 4AB\nUK',
    '4 Mill Row\n\nLeeds\n\nls14ab\nUnited Kingdom',
    "1 Rue\n\nAbidjan\n\n00225\nCôte d'Ivoire",
  ],
};

const fields: fc.Arbitrary<Fields> = fc.record(
  Object.fromEntries(
    Object.entries(VALUES).map(([field, values]) => [
      field,
      // Free text keeps to one line except in addresses, as the projections of both sides do.
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...values) },
        { weight: 1, arbitrary: fc.string({ maxLength: 8 }).map((text) => text.trim()) },
      ),
    ]),
  ),
);
const sides: fc.Arbitrary<BothSides> = fc.record({ ges: fields, xero: fields });
const suffix = fc.constantFrom(undefined, SUFFIX);
/** A base and what became of it: each field of each side is changed or not. */
const history = fc
  .tuple(sides, sides, fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }))
  .map(([base, other, changed]): { base: BothSides; now: BothSides } => {
    const pick = (side: 'ges' | 'xero', offset: number) =>
      Object.fromEntries(
        Object.keys(VALUES).map((field, index) => [field, (changed[offset + index] === true ? other : base)[side][field] ?? '']),
      );
    return { base, now: { ges: pick('ges', 0), xero: pick('xero', 8) } };
  });

function applied(now: BothSides, { toGes, toXero }: Pick<Merge, 'toGes' | 'toXero'>): BothSides {
  return { ges: { ...now.ges, ...toGes }, xero: { ...now.xero, ...toXero } };
}

describe('reconcile, by example', () => {
  const rules = customerRules(undefined);
  const agreed: BothSides = { ges: customerFields(customer()), xero: contactFields(contact()) };
  const with_ = (ges: Fields, xero: Fields): BothSides => ({ ges: { ...agreed.ges, ...ges }, xero: { ...agreed.xero, ...xero } });

  it('E3: nothing changed: nothing to do', () => {
    expect(reconcile(rules, agreed, agreed)).toEqual({ toXero: {}, toGes: {}, conflicts: [] });
  });
  it('E1: changed in GES only: Xero is told', () => {
    expect(reconcile(rules, agreed, with_({ phone: '1' }, {}))).toEqual({ toXero: { phone: '1' }, toGes: {}, conflicts: [] });
  });
  it('E1: changed in Xero only: GES is told', () => {
    expect(reconcile(rules, agreed, with_({}, { email: 'x@y.example' }))).toEqual({
      toXero: {},
      toGes: { email: 'x@y.example' },
      conflicts: [],
    });
  });
  it('E1: emptied on one side: the other is emptied', () => {
    expect(reconcile(rules, agreed, with_({ mobile: '' }, { firstName: '' }))).toEqual({
      toXero: { mobile: '' },
      toGes: { firstName: '' },
      conflicts: [],
    });
  });
  it('E1: different fields on each side: both travel', () => {
    expect(reconcile(rules, agreed, with_({ phone: '1' }, { email: 'x@y.example' }))).toEqual({
      toXero: { phone: '1' },
      toGes: { email: 'x@y.example' },
      conflicts: [],
    });
  });
  it('E1: changed to the same on both sides: nothing', () => {
    expect(reconcile(rules, agreed, with_({ phone: '0200 000000' }, { phone: '+44 200 000000' }))).toEqual({
      toXero: {},
      toGes: {},
      conflicts: [],
    });
  });
  it('E1, E2: changed differently: GES wins, and the losing value is told', () => {
    expect(reconcile(rules, agreed, with_({ phone: '1' }, { phone: '2' }))).toEqual({
      toXero: { phone: '1' },
      toGes: {},
      conflicts: [{ field: 'phone', winner: 'ges', kept: '1', lost: '2' }],
    });
  });
  it('E1: a field whose winner is Xero goes the other way', () => {
    const money = {
      status: {
        ...rules['phone'],
        winner: 'xero' as const,
        same: Object.is,
        toXero: (value: string) => value,
        toGes: (value: string) => value,
      },
    };
    expect(reconcile(money, { ges: { status: 'a' }, xero: { status: 'a' } }, { ges: { status: 'b' }, xero: { status: 'c' } })).toEqual({
      toXero: {},
      toGes: { status: 'c' },
      conflicts: [{ field: 'status', winner: 'xero', kept: 'c', lost: 'b' }],
    });
  });
  it('B8: cleaning is not a change to send back', () => {
    const base: BothSides = with_({ name: 'Zeta  <Gas>' }, { name: 'Zeta Gas' });
    expect(isQuiet(reconcile(rules, base, base))).toBe(true);
    expect(reconcile(rules, base, { ...base, ges: { ...base.ges, phone: '1' } }).toXero).toEqual({ phone: '1' });
  });
  it('B4: a rename in Xero returns without our suffix', () => {
    const suffixed = customerRules(SUFFIX);
    const base = with_({ name: 'John Smith' }, { name: `John Smith${SUFFIX}` });
    expect(reconcile(suffixed, base, { ges: base.ges, xero: { ...base.xero, name: `Jon Smith${SUFFIX}` } })).toEqual({
      toXero: {},
      toGes: { name: 'Jon Smith' },
      conflicts: [],
    });
    expect(reconcile(suffixed, base, { xero: base.xero, ges: { ...base.ges, name: 'Jon Smith' } }).toXero).toEqual({
      name: `Jon Smith${SUFFIX}`,
    });
    expect(isQuiet(reconcile(suffixed, base, { ges: base.ges, xero: { ...base.xero, name: 'John Smith' } }))).toBe(true);
  });
  it('B8: a value that Xero would refuse is no conflict that loses anything: Xero keeps what it has', () => {
    const merge = reconcile(rules, agreed, with_({ email: 'no address' }, { email: 'x@y.example' }));
    expect(merge).toEqual({ toXero: {}, toGes: {}, conflicts: [] });
  });
});

describe('reconcile, for every history of both sides', () => {
  it('is idempotent: with both patches applied but the base not yet stored (a crash in between) there is nothing left to tell', () => {
    fc.assert(
      fc.property(history, suffix, ({ base, now }, nameSuffix) => {
        const rules = customerRules(nameSuffix);
        const after = applied(now, reconcile(rules, base, now));
        expect(reconcile(rules, base, after)).toEqual({ toXero: {}, toGes: {}, conflicts: [] });
        expect(reconcile(rules, after, after)).toEqual({ toXero: {}, toGes: {}, conflicts: [] });
      }),
      RUNS,
    );
  });

  it('converges: a field that changed on either side is then the same on both, but for what Xero would refuse (B8)', () => {
    fc.assert(
      fc.property(history, suffix, ({ base, now }, nameSuffix) => {
        const rules = customerRules(nameSuffix);
        const after = applied(now, reconcile(rules, base, now));
        for (const [field, rule] of Object.entries(rules)) {
          const [ges = '', xero = ''] = [after.ges[field], after.xero[field]];
          const changed =
            !rule.same(base.ges[field] ?? '', now.ges[field] ?? '') || !rule.same(base.xero[field] ?? '', now.xero[field] ?? '');
          const outgoing = rule.toXero(ges);
          if (changed && outgoing !== undefined) expect(rule.same(outgoing, xero) || rule.same(rule.toGes(xero), ges)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('invents nothing: each side is told only what the other side has', () => {
    fc.assert(
      fc.property(history, suffix, ({ base, now }, nameSuffix) => {
        const rules = customerRules(nameSuffix);
        const { toXero, toGes } = reconcile(rules, base, now);
        for (const [field, value] of Object.entries(toXero)) expect(value).toBe(rules[field]?.toXero(now.ges[field] ?? ''));
        for (const [field, value] of Object.entries(toGes)) expect(value).toBe(rules[field]?.toGes(now.xero[field] ?? ''));
        expect(Object.keys(toXero).filter((field) => field in toGes)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('E1, E2: conflicts are exactly the fields that both changed and that were overwritten, and hold the lost value', () => {
    fc.assert(
      fc.property(history, suffix, ({ base, now }, nameSuffix) => {
        const rules = customerRules(nameSuffix);
        const merge = reconcile(rules, base, now);
        const changedTwice = Object.entries(rules).filter(
          ([field, rule]) =>
            !rule.same(base.ges[field] ?? '', now.ges[field] ?? '') && !rule.same(base.xero[field] ?? '', now.xero[field] ?? ''),
        );
        const overwritten = changedTwice.map(([field]) => field).filter((field) => field in merge.toXero);
        expect(merge.conflicts.map(({ field }) => field)).toEqual(overwritten);
        for (const { field, winner, kept, lost } of merge.conflicts) {
          expect([winner, kept, lost]).toEqual(['ges', now.ges[field], now.xero[field]]);
        }
        expect(Object.keys(merge.toGes).filter((field) => overwritten.includes(field))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('formatting alone never travels (design §5)', () => {
    const reformat: Readonly<Record<string, (value: string) => string>> = {
      name: (value) => value.replace(/ /g, '  '),
      email: (value) => ` ${value} `,
      phone: (value) => value.replace(/^0/, '+44 ').replace(/(\d{3})/g, '$1 '),
      mobile: (value) => value.replace(/^0/, '0044').replace(/(\d) (?=\d)/g, '$1-'),
      vatNumber: (value) => (value === '' ? '' : `GB ${value.replace(/^GB/, '').replace(/(\d{3})/g, '$1 ')}`),
      billingAddress: (value) => {
        const address = fieldToAddress(value);
        return addressToField({
          ...address,
          postcode: address.postcode.toLowerCase().replace(/ /g, ''),
          country: address.country.replace('United Kingdom', 'UK'),
        });
      },
    };
    const reformatted = (side: Fields, which: readonly boolean[]): Fields =>
      Object.fromEntries(
        Object.entries(side).map(([field, value], index) => [field, which[index] === true ? (reformat[field]?.(value) ?? value) : value]),
      );
    const tidy = fc.record(Object.fromEntries(Object.entries(VALUES).map(([field, values]) => [field, fc.constantFrom(...values)])));
    const which = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(tidy, tidy, which, which, suffix, (ges, xero, ofGes, ofXero, nameSuffix) => {
        const now = { ges: reformatted(ges, ofGes), xero: reformatted(xero, ofXero) };
        expect(reconcile(customerRules(nameSuffix), { ges, xero }, now)).toEqual({ toXero: {}, toGes: {}, conflicts: [] });
      }),
      RUNS,
    );
  });

  it('B4: our suffix never returns to GES', () => {
    fc.assert(
      fc.property(history, fc.string({ maxLength: 20 }), ({ base, now }, renamed) => {
        const xero = { ...now.xero, name: `${renamed.trim()}${SUFFIX}` };
        const { toGes } = reconcile(customerRules(SUFFIX), base, { ges: now.ges, xero });
        if (toGes['name'] !== undefined && !renamed.trim().endsWith(SUFFIX)) expect(toGes['name']).not.toContain(SUFFIX.trim());
      }),
      RUNS,
    );
  });
});

describe('adopt (B3)', () => {
  it('B3: fills empty fields only, and names those that differ', () => {
    const ges = customerFields(customer({ email: '', phone: '1' }));
    const xero = contactFields(contact({ mobile: '', phone: '2' }));
    expect(adopt(customerRules(undefined), { ges, xero })).toEqual({
      toXero: { mobile: '07700 900123' },
      toGes: { email: 'accounts@hartley.example' },
      differing: ['phone'],
    });
  });

  it('B3: for any two records: only empty fields are filled, and what was left different stays quiet until edited', () => {
    fc.assert(
      fc.property(sides, (now) => {
        const rules = customerRules(undefined);
        const adoption = adopt(rules, now);
        for (const field of Object.keys(adoption.toXero)) expect(now.xero[field]).toBe('');
        for (const field of Object.keys(adoption.toGes)) expect(now.ges[field]).toBe('');
        const after = applied(now, adoption);
        expect(reconcile(rules, after, after)).toEqual({ toXero: {}, toGes: {}, conflicts: [] });
        expect(isQuiet(adopt(rules, after))).toBe(true);
        for (const field of adoption.differing) expect([after.ges[field], after.xero[field]]).toEqual([now.ges[field], now.xero[field]]);
      }),
      RUNS,
    );
  });

  it('B3: later edits of a field that differed do travel', () => {
    const base: BothSides = { ges: customerFields(customer({ phone: '1' })), xero: contactFields(contact({ phone: '2' })) };
    expect(reconcile(customerRules(undefined), base, { ges: { ...base.ges, phone: '3' }, xero: base.xero }).toXero).toEqual({ phone: '3' });
  });
});
