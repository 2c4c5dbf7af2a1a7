import type { Invoice } from '../../../local/ges-simulator/core/records.ts';
import { Draws } from '../world/draws.ts';
import { Refused } from '../world/ges-system.ts';
import type { Account, SimulatedWorld } from '../world/world.ts';
import { copyToXero } from './copy-to-xero.ts';
import { hugeLines, invoiceLines, REFERENCES } from './invoice-lines.ts';
import type { Deed } from './deed.ts';
import type { History } from './generate.ts';
import type { Edit, Journal } from './journal.ts';

const A_DAY_MS = 24 * 3_600_000;
const NAMES = [
  'Hartley Lettings',
  'John Smith',
  'Jane Smith',
  'Priya Nair',
  'Moorside Nursery',
  'Leeds Homes',
  'A & B Lettings',
  "O'Brien",
  'T Walker',
];
const AMOUNTS = ['5.00', '12.00', '36.00', '120.00', '40.00'];

/** What was done, in plain words. */
export type Told = string;

/** Does one deed, if it is possible just now: either side may refuse, as it would refuse a person. Tells what was done, or why not. */
export async function perform(world: SimulatedWorld, history: History, deed: Deed, journal: Journal): Promise<Told> {
  const draws = new Draws(`${history.profile}|${String(history.seed)}|${deed.key}`);
  const account = world.accounts[deed.account];
  if (account === undefined) return 'nothing: no such account';
  try {
    return await new Doer(world, account, draws, deed.key, journal).do(deed.what);
  } catch (error) {
    if (error instanceof Refused) return `refused: ${error.message.slice(0, 160)}`;
    throw error;
  }
}

class Doer {
  private readonly world: SimulatedWorld;
  private readonly account: Account;
  private readonly draws: Draws;
  private readonly key: string;
  private readonly journal: Journal;

  constructor(world: SimulatedWorld, account: Account, draws: Draws, key: string, journal: Journal) {
    this.journal = journal;
    this.world = world;
    this.account = account;
    this.draws = draws;
    this.key = key;
  }

  async do(what: string): Promise<Told> {
    switch (what) {
      case 'new customer':
        return this.newCustomer();
      case 'edit customer':
        return this.editCustomer({ phone: `0113 496 ${String(this.draws.whole(1000, 9999, 'phone'))}` });
      case 'edit contact':
        return this.editContact({ EmailAddress: `c${String(this.draws.whole(1, 999, 'mail'))}@xero.example` });
      case 'edit same field': {
        const told = this.editCustomer({ mobile: `07700 ${String(this.draws.whole(900_000, 900_999, 'mobile'))}` });
        return `${told}; ${this.editContact({ Phones: [{ PhoneType: 'MOBILE', PhoneNumber: `07700 ${String(this.draws.whole(900_000, 900_999, 'their mobile'))}` }] })}`;
      }
      case 'new invoice':
        return this.newInvoice(this.draws.share('draft') < 0.1 ? 'draft' : 'issued');
      case 'huge invoice':
        return this.newInvoice('issued', hugeLines());
      case 'issue draft':
        return this.changeInvoice((invoice) => invoice.status === 'draft', { status: 'issued' });
      case 'back to draft':
        return this.changeInvoice((invoice) => invoice.status === 'issued', { status: 'draft' });
      case 'edit invoice':
        return this.draws.share('which') < 0.5
          ? this.changeInvoice(isIssued, { reference: this.pick(REFERENCES, 'reference') })
          : this.changeInvoice(isIssued, { lines: invoiceLines(this.draws) });
      case 'redate invoice':
        return this.changeInvoice(isIssued, { dueDate: this.today(this.draws.whole(1, 40, 'days')) });
      case 'archive customer': {
        const customer = this.draws.oneOf(this.world.ges.customers(this.account.accountId), ({ id }) => id, 'customer');
        if (customer === undefined) return 'no customer to archive';
        this.user('PATCH', `customers/${customer.id}`, { archived: true });
        return `GES archives ${customer.id}`;
      }
      case 'archive contact':
        return this.onContact('archive', 'archives');
      case 'new contact': {
        const name = `${this.pick(NAMES, 'their name')}${this.draws.share('alike') < 0.5 ? '' : ` ${this.key}`}`;
        this.world.xero.user(this.account.tenantId, 'contacts', { Name: name });
        return `Xero makes the contact ${name}`;
      }
      case 'void invoice':
        return this.changeInvoice(isIssued, { status: 'void' });
      case 'edit invoice in Xero': {
        const invoice = this.xeroInvoice();
        return this.inXero(
          invoice,
          `invoices/${invoice?.invoiceId ?? ''}`,
          { Reference: this.pick(REFERENCES, 'their reference') },
          'edits the reference of',
        );
      }
      case 'void in Xero': {
        const invoice = this.xeroInvoice();
        return this.inXero(invoice, `invoices/${invoice?.invoiceId ?? ''}/void`, {}, 'voids');
      }
      case 'pay':
        return this.pay();
      case 'pay in Xero':
        return this.payInXero();
      case 'pay next in full': {
        const next = this.world.ges
          .invoices(this.account.accountId)
          .find((invoice) => isIssued(invoice) && Number(invoice.balance.due) > 0);
        if (next === undefined) return 'nothing is due';
        return this.enter(next, next.balance.due, this.today());
      }
      case 'pay next in full in Xero': {
        const open = this.world.xero.invoices(this.account.tenantId).find(({ status }) => status === 'AUTHORISED');
        if (open === undefined) return 'nothing is due in Xero';
        const amount = (open.total - open.cisDeduction - open.amountPaid - open.amountCredited) / 100;
        this.world.xero.user(this.account.tenantId, `invoices/${open.invoiceId}/pay`, { amount });
        return `Xero enters £${String(amount)} of ${open.number ?? ''}`;
      }
      case 'pay late twin': {
        const payment = this.draws.oneOf(this.world.xero.payments(this.account.tenantId), ({ paymentId }) => paymentId, 'twin of');
        const number = this.world.xero.invoices(this.account.tenantId).find(({ invoiceId }) => invoiceId === payment?.invoiceId)?.number;
        const invoice = this.world.ges.invoices(this.account.accountId).find((candidate) => candidate.number === number);
        if (payment === undefined || invoice === undefined) return 'no payment in Xero to enter in GES, too';
        return this.enter(invoice, (payment.amount / 100).toFixed(2), this.today(-this.draws.whole(0, 6, 'days')));
      }
      case 'Xero has it already':
        return copyToXero(this.world, this.account);
      case 'disconnect after two payments': {
        const before = this.world.ges.payments(this.account.accountId).length;
        const isOver = (): boolean => this.world.ges.payments(this.account.accountId).length >= before + 2;
        for (let waited = 0; !isOver() && waited < 6_000; waited++) await this.world.pass(20);
        await this.world.disconnect(this.account);
        return `the user disconnects; ${String(this.world.ges.payments(this.account.accountId).length - before)} payments have come from Xero`;
      }
      case 'enter anew': {
        const payment = this.draws.oneOf(this.world.ges.payments(this.account.accountId), ({ id }) => id, 'payment');
        const invoice = this.world.ges.invoices(this.account.accountId).find(({ id }) => id === payment?.invoiceId);
        if (payment === undefined || invoice === undefined) return 'no payment to enter anew';
        this.deletePayment(payment);
        return `GES deletes ${payment.id}; ${this.enter(invoice, payment.amount, payment.date)}`;
      }
      case 'switch off and on':
        await this.world.saveSettings(this.account, { syncInvoices: false });
        await this.world.pass(this.draws.whole(5_000, 120_000, 'off for'));
        await this.world.saveSettings(this.account, { syncInvoices: true });
        this.journal.reconnected(this.account.accountId, this.world.scheduler.now);
        return 'the user switches invoices off, and on again a little later';
      case 'open settings':
        await this.world.openSettings(this.account);
        return 'the user opens the settings page';
      case 'pay both': {
        const invoice = this.gesInvoice(isIssued);
        const theirs = this.world.xero.invoices(this.account.tenantId).find(({ number }) => number === invoice?.number);
        if (invoice === undefined || theirs === undefined) return 'nothing to pay on both sides';
        const amount = this.pick(AMOUNTS, 'amount');
        this.user('POST', 'payments', { invoiceId: invoice.id, amount, method: 'bank-transfer', date: this.today() });
        this.world.xero.user(this.account.tenantId, `invoices/${theirs.invoiceId}/pay`, { amount: Number(amount) });
        return `£${amount} of ${invoice.number} is entered in GES and in Xero`;
      }
      case 'delete payment': {
        const payment = this.draws.oneOf(this.world.ges.payments(this.account.accountId), ({ id }) => id, 'payment');
        if (payment === undefined) return 'no payment to delete';
        this.deletePayment(payment);
        return `GES deletes ${payment.id} (£${payment.amount} of ${payment.invoiceId})`;
      }
      case 'change payment': {
        const payment = this.draws.oneOf(this.world.ges.payments(this.account.accountId), ({ id }) => id, 'payment');
        if (payment === undefined) return 'no payment to change';
        const amount = this.pick(AMOUNTS, 'new amount');
        this.user('PATCH', `payments/${payment.id}`, { amount });
        return `GES changes ${payment.id} from £${payment.amount} to £${amount}`;
      }
      case 'delete payment in Xero':
        return this.deleteInXero()?.told ?? 'no payment in Xero to delete';
      case 'match anew': {
        const deleted = this.deleteInXero();
        if (deleted === undefined) return 'no payment in Xero to match anew';
        this.world.xero.user(this.account.tenantId, `invoices/${deleted.invoiceId}/pay`, { amount: deleted.amount / 100 });
        return `${deleted.told}, and enters it anew`;
      }
      case 'steal number': {
        const number = `GES-${String(1000 + this.draws.whole(1, 400, 'number'))}`;
        const contact = this.world.xero.sandbox.state.contacts
          .by('tenant', this.account.tenantId)
          .find(({ status }) => status === 'ACTIVE');
        const body = {
          Type: 'ACCREC',
          Status: 'AUTHORISED',
          InvoiceNumber: number,
          Contact: { ContactID: contact?.contactId ?? '' },
          DueDate: this.today(),
          LineItems: [{ Description: 'theirs', Quantity: 1, UnitAmount: 10, AccountCode: '200', TaxType: 'OUTPUT2' }],
        };
        const made = this.world.xero.user(this.account.tenantId, 'invoices', body);
        const invoiceId = typeof made['InvoiceID'] === 'string' ? made['InvoiceID'] : '';
        const total = this.world.xero.invoices(this.account.tenantId).find((invoice) => invoice.invoiceId === invoiceId)?.total ?? 0;
        this.journal.madeInXero(this.account.accountId, invoiceId, total);
        return `somebody in Xero takes the number ${number}`;
      }
      case 'lock dates':
        this.world.xero.user(this.account.tenantId, 'lock-dates', { periodLockDate: '2026-10-31' });
        return 'Xero locks everything until 31 October';
      case 'bulk run':
        await this.world.startRun(this.account);
        return 'support starts a bulk run';
      case 'cancel run':
        await this.world.cancelRun(this.account);
        return 'support cancels the bulk run';
      case 'disconnect':
        await this.world.disconnect(this.account);
        await this.world.pass(this.draws.whole(5_000, 120_000, 'away'));
        await this.world.connect(this.account);
        this.journal.reconnected(this.account.accountId, this.world.scheduler.now);
        return 'the user disconnects, and connects again a little later';
      case 'withdraw consent':
        this.world.xero.user(this.account.tenantId, 'disconnect');
        await this.world.pass(this.draws.whole(5_000, 300_000, 'away'));
        await this.world.connect(this.account);
        return 'the app is removed in Xero, and connected again a little later';
      default:
        throw new Error(`Nobody knows how to do "${what}"`);
    }
  }

  private edited(edit: Omit<Edit, 'at' | 'accountId'>): void {
    this.journal.edited({ ...edit, at: this.world.scheduler.now, accountId: this.account.accountId });
  }

  private newCustomer(): Told {
    const name = `${this.pick(NAMES, 'name')}${this.draws.share('alike') < 0.2 ? '' : ` ${this.key.replace(/\D+/g, '-')}`}`;
    const email = this.draws.share('has mail') < 0.7 ? `m${String(Math.floor(this.draws.share('mail') * 1e6))}@ges.example` : '';
    const postcode =
      this.draws.share('has postcode') < 0.6
        ? `LS${String(this.draws.whole(1, 28, 'district'))} ${String(this.draws.whole(1, 9, 'sector'))}AB`
        : '';
    const { id } = this.user<{ id: string }>('POST', 'customers', { name, email, billingAddress: { postcode } });
    return `GES makes the customer ${name} (${id})`;
  }

  private editCustomer(fields: Readonly<Record<string, unknown>>): Told {
    const customer = this.draws.oneOf(this.world.ges.customers(this.account.accountId), ({ id }) => id, 'customer');
    if (customer === undefined) return 'no customer to edit';
    this.user('PATCH', `customers/${customer.id}`, fields);
    for (const field of ['email', 'phone', 'mobile'] as const)
      if (typeof fields[field] === 'string') this.edited({ side: 'GES', type: 'customer', id: customer.id, field, value: fields[field] });
    return `GES edits ${customer.id}: ${JSON.stringify(fields)}`;
  }

  private editContact(fields: Readonly<Record<string, unknown>>): Told {
    const contacts = this.world.xero.sandbox.state.contacts.by('tenant', this.account.tenantId);
    const contact = this.draws.oneOf(
      contacts.filter(({ status }) => status === 'ACTIVE'),
      ({ contactId }) => contactId,
      'contact',
    );
    if (contact === undefined) return 'no contact to edit';
    this.world.xero.user(this.account.tenantId, `contacts/${contact.contactId}`, fields);
    const { contactId: id } = contact;
    const { EmailAddress, Phones } = fields as { EmailAddress?: string; Phones?: readonly { PhoneNumber: string }[] };
    if (EmailAddress !== undefined) this.edited({ side: 'Xero', type: 'customer', id, field: 'email', value: EmailAddress });
    for (const { PhoneNumber: value } of Phones ?? []) this.edited({ side: 'Xero', type: 'customer', id, field: 'mobile', value });
    return `Xero edits ${contact.name}: ${JSON.stringify(fields)}`;
  }

  private newInvoice(status: 'draft' | 'issued', lines = invoiceLines(this.draws)): Told {
    const customer = this.draws.oneOf(this.world.ges.customers(this.account.accountId), ({ id }) => id, 'of customer');
    if (customer === undefined) return 'nobody to invoice';
    const invoice = this.user<Invoice>('POST', 'invoices', {
      status,
      customerId: customer.id,
      pricesIncludeVat: this.draws.share('inclusive') < 0.3,
      reference: this.pick(REFERENCES, 'reference'),
      lines,
    });
    return `GES ${status === 'draft' ? 'drafts' : 'issues'} ${invoice.number} (${invoice.id}) over £${invoice.totals.gross} to ${customer.id}`;
  }

  private changeInvoice(fits: (invoice: Invoice) => boolean, fields: Readonly<Record<string, unknown>>): Told {
    const invoice = this.gesInvoice(fits);
    if (invoice === undefined) return 'no such invoice';
    this.user('PATCH', `invoices/${invoice.id}`, fields);
    return `GES changes ${invoice.number}: ${JSON.stringify(fields).slice(0, 120)}`;
  }

  private pay(): Told {
    const invoice = this.gesInvoice(isIssued);
    if (invoice === undefined) return 'nothing to pay';
    const amount = this.draws.share('whole') < 0.4 && Number(invoice.balance.due) > 0 ? invoice.balance.due : this.pick(AMOUNTS, 'amount');
    const payment = this.user<{ id: string }>('POST', 'payments', { invoiceId: invoice.id, amount, method: 'card', date: this.today() });
    return `GES enters ${payment.id}, £${amount} of ${invoice.number}`;
  }

  private enter({ id, number }: Invoice, amount: string, date: string): Told {
    const payment = this.user<{ id: string }>('POST', 'payments', { invoiceId: id, amount, method: 'card', date });
    return `GES enters ${payment.id}, £${amount} of ${number}`;
  }

  private onContact(action: string, verb: string): Told {
    const contacts = this.world.xero.sandbox.state.contacts.by('tenant', this.account.tenantId);
    const active = contacts.filter(({ status }) => status === 'ACTIVE');
    const contact = this.draws.oneOf(active, ({ contactId }) => contactId, 'contact');
    if (contact === undefined) return 'no such contact';
    this.world.xero.user(this.account.tenantId, `contacts/${contact.contactId}/${action}`);
    return `Xero ${verb} ${contact.name}`;
  }

  private deletePayment({ id, invoiceId }: { readonly id: string; readonly invoiceId: string }): void {
    this.user('DELETE', `payments/${id}`);
    const { accountId } = this.account;
    this.journal.deletedPayment({ at: this.world.scheduler.now, accountId, id, invoiceId });
  }

  private payInXero(): Told {
    const invoice = this.xeroInvoice();
    if (invoice === undefined) return 'nothing to pay in Xero';
    const due = invoice.total - invoice.cisDeduction - invoice.amountPaid - invoice.amountCredited;
    const amount = this.draws.share('whole') < 0.5 ? due / 100 : Number(this.pick(AMOUNTS, 'amount'));
    this.world.xero.user(this.account.tenantId, `invoices/${invoice.invoiceId}/pay`, { amount });
    return `Xero enters £${String(amount)} of ${invoice.number}`;
  }

  private deleteInXero() {
    const payment = this.draws.oneOf(this.world.xero.payments(this.account.tenantId), ({ paymentId }) => paymentId, 'payment');
    if (payment === undefined) return undefined;
    this.world.xero.user(this.account.tenantId, `payments/${payment.paymentId}/delete`);
    const told = `Xero deletes the payment ${payment.paymentId} (£${String(payment.amount / 100)})`;
    return { told, invoiceId: payment.invoiceId ?? '', amount: payment.amount };
  }

  private inXero(
    invoice: { readonly number?: string | undefined } | undefined,
    action: string,
    body: Readonly<Record<string, unknown>>,
    verb: string,
  ): Told {
    if (invoice === undefined) return 'no such invoice in Xero';
    this.world.xero.user(this.account.tenantId, action, body);
    return `Xero ${verb} ${invoice.number ?? ''} ${JSON.stringify(body)}`;
  }

  private gesInvoice(fits: (invoice: Invoice) => boolean): Invoice | undefined {
    return this.draws.oneOf(this.world.ges.invoices(this.account.accountId).filter(fits), ({ id }) => id, 'invoice');
  }

  private xeroInvoice() {
    const open = this.world.xero.invoices(this.account.tenantId).filter(({ status }) => status === 'AUTHORISED');
    return this.draws.oneOf(open, ({ invoiceId }) => invoiceId, 'their invoice');
  }

  private user<T>(method: string, path: string, body?: Readonly<Record<string, unknown>>): T {
    return this.world.ges.user<T>(this.account.accountId, method, path, body);
  }

  private pick(list: readonly string[], what: string): string {
    return list[this.draws.whole(0, list.length - 1, what)] ?? '';
  }

  private today(daysLater = 0): string {
    return new Date(this.world.scheduler.now + daysLater * A_DAY_MS).toISOString().slice(0, 10);
  }
}

function isIssued(invoice: Invoice): boolean {
  return invoice.status === 'issued';
}
