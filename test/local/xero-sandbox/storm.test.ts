import { describe, expect, it } from '@jest/globals';
import { shareFrom } from '../../../local/xero-sandbox/core/guids.ts';
import { amountDueOf } from '../../../local/xero-sandbox/invoices/records.ts';
import { Bench } from './bench.ts';

const CALLS = 10_000;

/** Everything the storm throws, drawn from a seed so that a failure can be had again. */
class Storm {
  readonly bench = Bench.connected();
  readonly statuses = new Set<number>();
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  #share(): number {
    this.#drawn += 1;
    return shareFrom(`${this.#seed}:${String(this.#drawn)}`);
  }

  #one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#share() * choices.length)] as T;
  }

  #perhaps(share: number, fields: Record<string, unknown>): Record<string, unknown> {
    return this.#share() < share ? fields : {};
  }

  /** The id of one of the latest rows. */
  #idIn<Row>(rows: Iterable<Row>, idOf: (row: Row) => string): string {
    const latest = [...rows].slice(-30).map(idOf);
    return latest.length === 0 ? 'none' : this.#one(latest);
  }

  #contactId(): string {
    return this.#idIn(this.bench.sandbox.state.contacts.values(), (row) => row.contactId);
  }

  #invoiceId(): string {
    return this.#idIn(this.bench.sandbox.state.invoices.values(), (row) => row.invoiceId);
  }

  #paymentId(): string {
    return this.#idIn(this.bench.sandbox.state.payments.values(), (row) => row.paymentId);
  }

  #creditNoteId(): string {
    return this.#idIn(this.bench.sandbox.state.creditNotes.values(), (row) => row.creditNoteId);
  }

  #amount(): unknown {
    return this.#one([0, 1, 10, 33.33, 0.005, 99.995, -5, 1e9, 1e300, 0.0001, 120, '7.5', 'x', null, 12_345_678.91]);
  }

  #line(): object {
    return {
      Description: this.#one(['Service', 'Labour', '', null, 'x'.repeat(4_001)]),
      Quantity: this.#one([1, 1, 2, 0.5, null, -1]),
      UnitAmount: this.#amount(),
      AccountCode: this.#one(['200', '200', '210', '260', '610', 'NONE', 860]),
      ...this.#perhaps(0.3, { TaxType: this.#one(['OUTPUT2', 'NONE', 'RROUTPUT', 'INPUT2', '']) }),
      ...this.#perhaps(0.1, { DiscountRate: this.#one([10, 33.3333, 100, 101]) }),
      ...this.#perhaps(0.1, { TaxAmount: this.#amount() }),
    };
  }

  #invoice(): object {
    return {
      Type: this.#one(['ACCREC', 'ACCREC', 'ACCREC', 'ACCPAY', 'X']),
      Status: this.#one(['AUTHORISED', 'AUTHORISED', 'DRAFT', 'SUBMITTED', 'VOIDED', undefined]),
      Contact: this.#one([{ ContactID: this.#contactId() }, { Name: `C${String(Math.floor(this.#share() * 30))}` }, {}]),
      Date: this.#one(['2026-11-20', '2026-11-21', '2026-02-30', '/Date(1795000000000+0000)/', '/Date(99999999999999999)/']),
      DueDate: '2026-12-01',
      LineItems: Array.from({ length: this.#one([1, 1, 2, 0]) }, () => this.#line()),
      ...this.#perhaps(0.3, { LineAmountTypes: this.#one(['Inclusive', 'Exclusive', 'NoTax', 'Bad']) }),
      ...this.#perhaps(0.3, { InvoiceNumber: `N${String(Math.floor(this.#share() * 25))}` }),
    };
  }

  #contact(): object {
    return {
      Name: `C${String(Math.floor(this.#share() * 60))}`,
      ...this.#perhaps(0.2, { ContactNumber: `n${String(Math.floor(this.#share() * 30))}` }),
      ...this.#perhaps(0.1, { ContactStatus: this.#one(['ARCHIVED', 'ACTIVE', 'x']) }),
      ...this.#perhaps(0.1, { Phones: [{ PhoneType: 'MOBILE', PhoneNumber: this.#one(['1', null, {}]) }] }),
    };
  }

  #payment(): object {
    const Invoice = this.#one([{ InvoiceID: this.#invoiceId() }, { InvoiceNumber: 'N3' }, {}]);
    return { Invoice, Account: { Code: this.#one(['090', '090', '200']) }, Amount: this.#amount(), Date: '2026-11-21' };
  }

  #apiCall(): [method: string, path: string, body: unknown] {
    const status = { Status: this.#one(['VOIDED', 'AUTHORISED', 'DELETED', 'DRAFT']) };
    return this.#one<() => [string, string, unknown]>([
      () => [this.#one(['PUT', 'POST']), 'Contacts?summarizeErrors=false', { Contacts: [this.#contact(), this.#contact()] }],
      () => ['POST', `Contacts/${this.#contactId()}`, this.#contact()],
      () => ['PUT', 'Invoices?unitdp=4', this.#invoice()],
      () => [this.#one(['PUT', 'POST']), 'Invoices?summarizeErrors=false', { Invoices: [this.#invoice(), this.#invoice()] }],
      () => ['POST', `Invoices/${this.#invoiceId()}`, this.#share() < 0.5 ? status : this.#invoice()],
      () => ['PUT', 'Payments?summarizeErrors=false', { Payments: [this.#payment(), this.#payment()] }],
      () => ['POST', `Payments/${this.#paymentId()}`, { Status: 'DELETED' }],
      () => ['PUT', 'BatchPayments', { Account: { Code: '090' }, Payments: [this.#payment(), this.#payment()] }],
      () => ['GET', this.#one(['Contacts?page=1', 'Invoices?page=1&order=Total DESC', 'Payments']), undefined],
    ])();
  }

  #userAction(): [path: string, body: object] {
    return this.#one<() => [string, object]>([
      () => [`invoices/${this.#invoiceId()}/pay`, {}],
      () => [`invoices/${this.#invoiceId()}/void`, {}],
      () => [`invoices/${this.#invoiceId()}/other-credit`, { kind: 'overpayment', amount: 5 }],
      () => [`invoices/${this.#invoiceId()}/remove-other-credits`, {}],
      () => [`payments/${this.#paymentId()}/delete`, {}],
      () => ['credit-notes', { Contact: { ContactID: this.#contactId() }, LineItems: [this.#line()] }],
      () => [`credit-notes/${this.#creditNoteId()}/allocate`, { invoiceId: this.#invoiceId() }],
      () => [`credit-notes/${this.#creditNoteId()}/remove-allocation`, { invoiceId: this.#invoiceId() }],
      () => [`credit-notes/${this.#creditNoteId()}/refund`, {}],
      () => [`contacts/${this.#contactId()}/merge`, { into: this.#contactId() }],
      () => [`contacts/${this.#contactId()}/restore`, {}],
      () => ['cis', { rate: this.#one([0, 20, 30]) }],
    ])();
  }

  /** One call of the API or one action of a person; a defect of the sandbox throws (bench.ts). */
  step(i: number): void {
    const { bench } = this;
    bench.now += 20_000;
    if (i % 80 === 79) bench.connect();
    if (this.#share() < 0.2) {
      const [path, body] = this.#userAction();
      this.statuses.add(bench.pull('POST', `as-user/${path}`, body).status);
    } else {
      const [method, path, body] = this.#apiCall();
      this.statuses.add(bench.api(method, path, body).status);
    }
    bench.sandbox.takeChanges();
  }
}

/** What must hold of the books whatever was done to them. */
function faultsIn({ sandbox: { state } }: Bench): string[] {
  const faults: string[] = [];
  const numbers = new Set<string>();
  for (const invoice of state.invoices.values()) {
    const { invoiceId, status, number, type, total } = invoice;
    const isOpen = status === 'AUTHORISED' || status === 'PAID';
    const payments = [...state.payments.values()].filter((payment) => payment.invoiceId === invoiceId && payment.status === 'AUTHORISED');
    const paid = payments.reduce((sum, { amount }) => sum + amount, 0);
    const due = amountDueOf(invoice);
    const wrong = (isWrong: boolean, what: string): void => void (isWrong && faults.push(`${what}: ${JSON.stringify(invoice)}`));
    wrong(paid !== invoice.amountPaid, 'AmountPaid is not the sum of its payments');
    wrong(isOpen && due !== total - paid - invoice.amountCredited - invoice.cisDeduction, 'AmountDue is not what is left');
    wrong(due < 0, 'AmountDue is negative');
    wrong(isOpen && (due === 0) !== (status === 'PAID'), 'PAID means nothing due');
    wrong(!isOpen && (paid !== 0 || invoice.amountCredited !== 0), 'money on a closed invoice');
    wrong(invoice.subTotal + invoice.totalTax !== total || !Number.isSafeInteger(total), 'Total is not SubTotal + TotalTax');
    const key = (number ?? '').toLowerCase();
    wrong(type === 'ACCREC' && status !== 'DELETED' && numbers.has(key), 'a number twice');
    if (type === 'ACCREC' && status !== 'DELETED') numbers.add(key);
  }
  const names = [...state.contacts.values()]
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ tenantId, name }) => tenantId + name.toLowerCase());
  if (new Set(names).size !== names.length) faults.push('two active contacts of one name');
  return faults;
}

describe(`${String(CALLS)} random calls and actions`, () => {
  it('give no 5xx, and the books add up all along', () => {
    const storm = new Storm('storm');
    for (let i = 0; i < CALLS; i += 1) {
      storm.step(i);
      if (i % 1_000 === 999) expect(faultsIn(storm.bench)).toEqual([]);
    }
    expect([...storm.statuses].sort()).toEqual([200, 400, 404]);
    expect(storm.bench.sandbox.state.payments.size).toBeGreaterThan(100);
  });
});
