import { describe, expect, it } from '@jest/globals';
import type { Decision } from '../../../shared/domain/decision.ts';
import {
  decideLinkedInvoice,
  decideNewInvoice,
  decideTakenNumber,
  lockProblem,
  type InvoiceCustomer,
} from '../../../shared/domain/invoice-policy.ts';
import { kindsOf } from '../../../shared/domain/invoice-first.ts';
import { invoiceFields, xeroInvoiceFields } from '../../../shared/domain/invoice.ts';
import type { GesInvoice } from '../../../shared/domain/records.ts';
import type { InvoiceElement, OrganisationFacts, XeroInvoice, XeroInvoiceStatus } from '../../../shared/domain/xero-invoice.ts';
import { facts, invoice, line, linesInStep, xeroInvoice, xeroLine } from '../../support/money-facts.ts';

const create = (made: GesInvoice, about: Partial<OrganisationFacts> = {}, contactId: string | undefined = 'contact-1') =>
  decideNewInvoice(made, contactId, { facts: facts(about), salesAccountId: 'sales' });
const codeOf = (decision: Decision<InvoiceElement>): string => ('problem' in decision ? decision.problem.code : decision.kind);
const agreed = {
  ges: invoiceFields(invoice()),
  xero: { ...xeroInvoiceFields(xeroInvoice(), facts()), lines: linesInStep([line()], [xeroLine()]).xero },
};

/** What happens to a linked invoice that was in step as `invoice()` and `xeroInvoice()`. */
function decide(ges: Partial<GesInvoice> | 'deleted' | 'no news', xero: Partial<XeroInvoice> = {}, about: Partial<OrganisationFacts> = {}) {
  const snapshot = typeof ges === 'string' ? undefined : invoice(ges);
  const side = { fields: snapshot === undefined ? agreed.ges : invoiceFields(snapshot), snapshot, deleted: ges === 'deleted' };
  return decideLinkedInvoice(side, xeroInvoice(xero), agreed, { facts: facts(about), salesAccountId: 'sales' });
}

describe('an invoice that Xero does not have', () => {
  it('A4, C1: goes AUTHORISED with number, dates, reference, Url, lines and the ContactID', () => {
    expect(create(invoice({ number: ' GES-1042 ', reference: 'R'.repeat(300) }))).toMatchObject({
      kind: 'act',
      xero: {
        op: 'create',
        element: {
          kind: 'create',
          contactId: 'contact-1',
          number: 'GES-1042',
          date: '2026-11-20',
          dueDate: '2026-12-04',
          reference: 'R'.repeat(255),
          url: 'https://app.gasengineer.example/invoices/inv_1',
          lineAmountTypes: 'Exclusive',
        },
      },
    });
  });

  it.each<[string, string, Partial<GesInvoice>, Partial<OrganisationFacts>]>([
    ['A4: a draft', 'not-followed', { status: 'draft' }, {}],
    ['C4: a void one', 'not-followed', { status: 'void' }, {}],
    ['C1: not in GBP', 'not-gbp', { currency: 'EUR' }, {}],
    ['C1: an organisation not in GBP', 'organisation-not-gbp', {}, { baseCurrency: 'USD' }],
    ['C9: on the lock date', 'period-locked', {}, { lockedUntil: '2026-11-20' }],
    ['C9: the day after', 'act', {}, { lockedUntil: '2026-11-19' }],
    ['C9: plan limit', 'plan-limit', {}, { mayApproveInvoices: false }],
    ['C3: without a number', 'number-missing', { number: ' ' }, {}],
    ['C9a: a number that is too long', 'number-too-long', { number: 'N'.repeat(256) }, {}],
    ['C9a: a line without words', 'line-without-description', { lines: [line({ description: ' ' })] }, {}],
  ])('%s: %s', (_, code, made, about) => {
    expect(codeOf(create(invoice(made), about))).toBe(code);
  });

  it('F2: waits for its customer, and says which; what is wrong with it besides is said first', () => {
    expect(decideNewInvoice(invoice(), undefined, { facts: facts(), salesAccountId: 'sales' })).toMatchObject({
      kind: 'wait',
      problem: { code: 'waits-for-customer', fix: expect.stringContaining('cus_1') },
    });
    expect(codeOf(decideNewInvoice(invoice({ currency: 'EUR' }), undefined, { facts: facts(), salesAccountId: 'sales' }))).toBe('not-gbp');
  });
});

describe('every pair of statuses of a linked invoice', () => {
  type Outcome = 'nothing' | 'approved' | 'VOIDED' | 'DELETED' | 'void in GES' | 'void-with-payments' | 'not-followed';
  const outcomeOf = (decision: Decision<InvoiceElement>): string => {
    if (decision.kind !== 'act') return codeOf(decision);
    if (decision.xero.op === 'update' && decision.xero.element.kind === 'end') return decision.xero.element.status;
    if (decision.xero.op === 'update' && decision.xero.element.kind === 'approve') return 'approved';
    if (decision.toGes['status'] === 'void') return 'void in GES';
    return decision.xero.op === 'none' && Object.keys(decision.toGes).length === 0 ? 'nothing' : 'something';
  };
  const STATUSES: readonly XeroInvoiceStatus[] = ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'PAID', 'VOIDED', 'DELETED'];
  const TABLE: Readonly<Record<'issued' | 'draft' | 'void' | 'deleted', readonly Outcome[]>> = {
    // C7a: only we make drafts, and what they come to is the same.
    issued: ['approved', 'nothing', 'nothing', 'nothing', 'void in GES', 'void in GES'],
    draft: ['not-followed', 'not-followed', 'not-followed', 'not-followed', 'void in GES', 'void in GES'],
    void: ['DELETED', 'DELETED', 'VOIDED', 'void-with-payments', 'nothing', 'nothing'],
    deleted: ['DELETED', 'DELETED', 'VOIDED', 'void-with-payments', 'nothing', 'nothing'],
  };
  for (const [here, outcomes] of Object.entries(TABLE)) {
    it.each(STATUSES.map((there, index) => [there, outcomes[index]] as const))(
      `C4, A4: ${here} in GES, %s in Xero: %s`,
      (status, outcome) => {
        const ges = here === 'deleted' ? 'deleted' : { status: here as GesInvoice['status'] };
        const decision = decide(ges, { status, ...(status === 'PAID' ? { amountPaid: 12_000, amountDue: 0 } : {}) });
        expect(outcomeOf(decision)).toBe(outcome);
        if (decision.kind === 'act') expect(decision.tombstone === true).toBe(here === 'deleted');
      },
    );
  }

  it.each<[string, Partial<XeroInvoice>]>([
    ['part-paid', { amountPaid: 1 }],
    ['credited', { amountCredited: 1 }],
  ])('C4: void in GES while %s in Xero: a person, never by removing money', (_, money) => {
    expect(codeOf(decide({ status: 'void' }, money))).toBe('void-with-payments');
  });

  it('C4: void in Xero while GES has money on it: a person', () => {
    const paid = { balance: { paid: '0.01', credited: '0.00', due: '119.99' } };
    expect(codeOf(decide(paid, { status: 'VOIDED' }))).toBe('void-with-payments');
  });

  it('C9: a void in a locked period needs a person; the day after the lock it goes', () => {
    expect(codeOf(decide({ status: 'void' }, {}, { lockedUntil: '2026-11-20' }))).toBe('period-locked');
    expect(codeOf(decide({ status: 'void' }, {}, { lockedUntil: '2026-11-19' }))).toBe('act');
  });

  it('C9a: an invoice over nothing cannot be voided in Xero, and the sentence says so; a draft can go', () => {
    expect(codeOf(decide({ status: 'void' }, { status: 'PAID', total: 0 }))).toBe('zero-total-void');
    expect(codeOf(decide({ status: 'void' }, { status: 'DRAFT', total: 0 }))).toBe('act');
  });

  it('a bill, or an invoice that Xero no longer has, is nobody’s guess', () => {
    expect(codeOf(decide({}, { type: 'ACCPAY' }))).toBe('invoice-missing');
    const side = { fields: agreed.ges, snapshot: undefined, deleted: false };
    expect(codeOf(decideLinkedInvoice(side, undefined, agreed, { facts: facts(), salesAccountId: 'sales' }))).toBe('invoice-missing');
  });
});

describe('edits of a linked invoice', () => {
  it('E3: nothing changed: nothing to tell', () => {
    expect(decide({})).toMatchObject({ kind: 'act', xero: { op: 'none' }, toGes: {}, conflicts: [] });
    expect(decide('no news', { updatedAt: 99 })).toMatchObject({ kind: 'act', xero: { op: 'none' }, toGes: {} });
  });

  it('C2: only what changed is sent; the lines only with an edit of lines', () => {
    const decision = decide({ reference: 'New', dueDate: '2026-12-24' });
    expect(decision).toMatchObject({ xero: { op: 'update', element: { kind: 'change', reference: 'New', dueDate: '2026-12-24' } } });
    expect(JSON.stringify(decision)).not.toContain('lineAmountTypes');
    expect(decide({ lines: [line({ unitPrice: '90.00' })] })).toMatchObject({
      xero: { element: { lines: [{ lineItemId: 'x1', unitAmount: '90' }] } },
      changedInXero: ['lines'],
    });
  });

  it.each<[string, Partial<XeroInvoice>, Readonly<Record<string, string>>]>([
    ['date', { date: '2026-11-19' }, { issueDate: '2026-11-19' }],
    ['due date', { dueDate: '2026-12-31' }, { dueDate: '2026-12-31' }],
    ['reference', { reference: 'Theirs' }, { reference: 'Theirs' }],
    ['number, which is GES’s own', { number: 'INV-1' }, {}],
  ])('C2: an edit of the %s in Xero', (_, xero, toGes) => {
    expect(decide('no news', xero)).toMatchObject({ kind: 'act', xero: { op: 'none' }, toGes });
  });

  it('C2: edited lines come back; a rounding line that somebody sees there does not', () => {
    const lines = [
      xeroLine({ unitAmount: '90.00' }),
      xeroLine({ lineItemId: 'r', accountCode: '860', taxType: 'NONE', unitAmount: '0.01' }),
    ];
    const decision = decide('no news', { lines });
    expect(decision.kind === 'act' && JSON.parse(decision.toGes['lines'] ?? '')).toMatchObject({ lines: [{ price: '90' }] });
    expect(decide('no news', { lines: [xeroLine(), ...lines.slice(1)] })).toMatchObject({ toGes: {} });
  });

  it('E1, E2: both sides changed the same field: GES wins, the loser is told', () => {
    expect(decide({ reference: 'Ours' }, { reference: 'Theirs' })).toMatchObject({
      xero: { element: { reference: 'Ours' } },
      toGes: {},
      conflicts: [{ field: 'reference', winner: 'ges', kept: 'Ours', lost: 'Theirs' }],
    });
    expect(decide({ reference: 'Same' }, { reference: 'Same' })).toMatchObject({ xero: { op: 'none' }, toGes: {}, conflicts: [] });
  });

  it.each<[string, Partial<GesInvoice>, string]>([
    ['reference', { reference: 'New' }, 'act'],
    ['due date', { dueDate: '2026-12-24' }, 'act'],
    ['number', { number: 'GES-2' }, 'act'],
    ['issue date', { issueDate: '2026-11-19' }, 'paid-invoice-edited'],
    ['lines', { lines: [line({ unitPrice: '90.00' })] }, 'paid-invoice-edited'],
  ])('C10: with money on it, %s: %s / %s', (_, edit, code) => {
    for (const money of [{ amountPaid: 1 }, { amountCredited: 1 }]) expect(codeOf(decide(edit, money))).toBe(code);
  });

  it('C9: neither the old nor the new date may be locked', () => {
    expect(codeOf(decide({ reference: 'New' }, {}, { lockedUntil: '2026-11-20' }))).toBe('period-locked');
    expect(codeOf(decide({ issueDate: '2026-10-01' }, {}, { lockedUntil: '2026-10-01' }))).toBe('period-locked');
    expect(codeOf(decide({ issueDate: '2026-10-02' }, {}, { lockedUntil: '2026-10-01' }))).toBe('act');
    expect(codeOf(decide({}, {}, { lockedUntil: '2027-01-01' }))).toBe('act');
  });

  it('C3: a number that was taken away needs a person: Xero would keep the old one', () => {
    expect(codeOf(decide({ number: '' }))).toBe('number-missing');
  });

  it('another customer needs a person', () => {
    expect(codeOf(decide({ customerId: 'cus_2' }))).toBe('customer-changed');
  });

  it('C2: what GES cannot hold stays in Xero and is told to nobody; an edit of that line in GES asks', () => {
    const unknown = { lines: [xeroLine({ taxType: 'ECZROUTPUT' })] };
    expect(decide('no news', unknown)).toMatchObject({ kind: 'act', xero: { op: 'none' }, toGes: {} });
    expect(codeOf(decide({ lines: [line({ unitPrice: '90.00' })] }, unknown))).toBe('tax-type-unknown');
    expect(codeOf(decide({ lines: [line({ unitPrice: '90.00' })] }, { lines: [xeroLine({ discountAmount: 5 })] }))).toBe(
      'xero-lines-not-followed',
    );
  });

  it('C2, C10: what needs a person is withheld, and the header fields go', () => {
    const edit = { reference: 'New', lines: [line({ vat: 'zero' })] };
    expect(decide(edit, { lines: [xeroLine({ taxType: 'RROUTPUT' })] })).toMatchObject({
      kind: 'act',
      xero: { op: 'update', element: { reference: 'New' } },
      changedInXero: ['reference'],
      problem: { code: 'tax-changed-on-both-sides' },
      withheld: ['lines'],
    });
  });

  it('C10: with money on it, header fields go whatever else changed, and what may not is named with the cure', () => {
    const edit = {
      reference: 'New',
      dueDate: '2026-12-24',
      issueDate: '2026-11-19',
      lines: [line({ unitPrice: '90.00', description: 'Other' })],
    };
    const decision = decide(edit, { amountPaid: 1 });
    expect(decision).toMatchObject({
      kind: 'act',
      xero: { element: { kind: 'change', reference: 'New', dueDate: '2026-12-24' } },
      changedInXero: ['dueDate', 'reference'],
      withheld: ['issueDate', 'lines'],
      problem: {
        code: 'paid-invoice-edited',
        message: expect.stringMatching(/the issue date; the description of “Other”; the price of “Other”/),
        fix: expect.stringContaining('issue a credit and a new invoice'),
      },
    });
    expect(JSON.stringify(decision)).not.toMatch(/"(date|lines)":/);
  });

  it('C10: with money on it, the wording of lines goes, every line by its id and with everything else as Xero has it', () => {
    const there = [
      xeroLine({ accountCode: '260', tracking: ['North'] }),
      xeroLine({ lineItemId: 'r', description: 'Rounding', accountCode: '860', taxType: 'NONE', unitAmount: '0.01' }),
    ];
    expect(decide({ lines: [line({ description: 'Yearly service' })] }, { amountPaid: 1, lines: there })).toMatchObject({
      xero: {
        element: {
          lines: [
            { lineItemId: 'x1', description: 'Yearly service', accountCode: '260', tracking: ['North'] },
            { lineItemId: 'r', description: 'Rounding', unitAmount: '0.01' },
          ],
        },
      },
      changedInXero: ['lines'],
    });
    const asWell = decide({ lines: [line({ description: 'Yearly service' })] }, { amountPaid: 1, total: 11_999 });
    expect(codeOf(asWell)).toBe('paid-invoice-edited');
  });
});

describe('C7a: the first of its kind', () => {
  const labour = line({ vat: 'reverse-charge-standard', cis: 'labour' });
  const made = invoice({ lines: [labour], pricesIncludeVat: true });

  it.each<[string, Partial<GesInvoice>, readonly string[]]>([
    ['reverse charge', { lines: [line({ vat: 'reverse-charge-reduced' })] }, ['reverse-charge']],
    ['CIS labour', { lines: [line({ cis: 'labour' })] }, ['cis']],
    [
      'prices including VAT with reverse charge',
      { lines: [labour], pricesIncludeVat: true },
      ['reverse-charge', 'cis', 'converted-inclusive'],
    ],
    ['prices including VAT', { pricesIncludeVat: true }, []],
    ['materials', { lines: [line({ cis: 'materials' })] }, []],
  ])('%s', (_, fields, kinds) => {
    expect(kindsOf(invoice(fields))).toEqual(kinds);
  });

  it('is created as a draft while one of its kinds is not proven, and picked again at once', () => {
    expect(create(made, { provenKinds: ['cis', 'reverse-charge'] })).toMatchObject({
      xero: { element: { isDraft: true } },
      unfinished: { code: 'first-of-its-kind' },
    });
    expect(JSON.stringify(create(made))).not.toMatch(/isDraft|unfinished/);
    expect(JSON.stringify(create(invoice(), { provenKinds: [] }))).not.toMatch(/isDraft|unfinished/);
  });

  it('a draft that comes to something else is deleted, both figures are named, and the invoice may be sent anew', () => {
    expect(decide({}, { status: 'DRAFT', total: 10_000 })).toMatchObject({
      kind: 'act',
      xero: { element: { kind: 'end', status: 'DELETED' } },
      problem: { code: 'draft-differs', message: expect.stringMatching(/£100\.00 in Xero.*£120\.00 in Gas/) },
      unlinks: true,
    });
  });

  it('a draft that was edited meanwhile on either side is brought into step first', () => {
    expect(decide({ reference: 'New' }, { status: 'DRAFT' })).toMatchObject({
      xero: { element: { kind: 'change', reference: 'New' } },
      unfinished: { code: 'first-of-its-kind' },
    });
  });
});

describe('C2a: an invoice given to another contact in Xero', () => {
  const moved = { from: { name: 'Ada Quill' }, to: { name: 'Bob Reed' } };
  const decideMoved = (customer: InvoiceCustomer, ges: Partial<GesInvoice> = { reference: 'New' }) => {
    const snapshot = invoice(ges);
    const side = { fields: invoiceFields(snapshot), snapshot, deleted: false };
    const context = { facts: facts(), salesAccountId: 'sales', customer };
    return decideLinkedInvoice(side, xeroInvoice({ contactId: 'contact-2' }), agreed, context);
  };

  it('needs a person, who is told both names; edits in GES wait', () => {
    expect(decideMoved({ contactId: 'contact-1', moved })).toMatchObject({
      kind: 'attention',
      problem: { code: 'invoice-moved', message: expect.stringMatching(/from Ada Quill to Bob Reed/) },
    });
  });

  it('B6 first: the old contact was merged into the new one, so nothing has moved', () => {
    expect(decideMoved({ contactId: 'contact-1', moved: { ...moved, from: { name: 'Ada', mergedTo: 'contact-2' } } })).toMatchObject({
      kind: 'act',
      xero: { element: { reference: 'New' } },
    });
    expect(decideMoved({ contactId: 'contact-2' }).kind).toBe('act');
  });

  it('moved in GES too: both agree again', () => {
    expect(decideMoved({ contactId: 'contact-2' }, { customerId: 'cus_2' }).kind).toBe('act');
    expect(codeOf(decideMoved({ contactId: 'contact-3' }, { customerId: 'cus_2' }))).toBe('customer-changed');
  });
});

describe('C3: a number that is taken', () => {
  const adopt = (holders: readonly XeroInvoice[], linked: readonly string[] = []): string => {
    const verdict = decideTakenNumber(invoice(), 'contact-1', holders, (id) => linked.includes(id));
    return 'adopt' in verdict ? verdict.adopt.invoiceId : verdict.problem.code;
  };
  const voided = xeroInvoice({ invoiceId: 'void', status: 'VOIDED' });

  it('same contact, total and date, live and not linked: the same invoice, also when an earlier one with that number is void', () => {
    expect(adopt([xeroInvoice()])).toBe('xero-1');
    expect(adopt([xeroInvoice({ status: 'PAID' })])).toBe('xero-1');
    expect(adopt([voided, xeroInvoice()])).toBe('xero-1');
  });

  it.each<[string, readonly XeroInvoice[], readonly string[]]>([
    ['another contact', [xeroInvoice({ contactId: 'contact-2' })], []],
    ['another total', [xeroInvoice({ total: 12_001 })], []],
    ['another currency', [xeroInvoice({ currency: 'EUR' })], []],
    ['another date', [xeroInvoice({ date: '2026-11-21' })], []],
    ['linked already', [xeroInvoice()], ['xero-1']],
    ['void', [voided], []],
    ['deleted', [xeroInvoice({ status: 'DELETED' })], []],
    ['a draft', [xeroInvoice({ status: 'DRAFT' })], []],
    ['a bill', [xeroInvoice({ type: 'ACCPAY' })], []],
  ])('%s: number-taken', (_, holders, linked) => {
    expect(adopt(holders, linked)).toBe('number-taken');
  });
});

describe('C9: lock dates', () => {
  it.each([
    ['2026-03-31', true],
    ['2026-03-30', true],
    ['2026-04-01', false],
  ])('%s is locked up to 2026-03-31: %s', (date, isLocked) => {
    expect(lockProblem([date], { lockedUntil: '2026-03-31' }) !== undefined).toBe(isLocked);
  });

  it('no lock date: nothing is locked', () => {
    expect(lockProblem(['1999-01-01'], {})).toBeUndefined();
  });
});
