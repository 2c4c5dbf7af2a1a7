import type { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import { AccountType } from 'xero-node/dist/gen/model/accounting/accountType.js';
import { Contact } from 'xero-node/dist/gen/model/accounting/contact.js';
import { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import { LineAmountTypes } from 'xero-node/dist/gen/model/accounting/lineAmountTypes.js';
import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { TENANT } from '../bench.ts';
import { Recorder } from './recorder.ts';
import { withXeroNode } from './wire.ts';

const SINCE = new Date('2026-11-22T09:00:00Z');

/** Every covered call of the Accounting API as xero-node itself makes it. */
export async function xeroNodeScenario(): Promise<Recorder> {
  const recorder = Recorder.ready();
  await withXeroNode(recorder, async (api) => {
    await settings(api);
    const contactID = await contacts(api);
    const invoiceID = await invoices(api, contactID);
    await payments(api, invoiceID);
    await api.getCreditNotes(TENANT, SINCE, 'Status=="AUTHORISED"', 'Date ASC', 1, 4, 10);
    await refused(api.getCreditNote(TENANT, ZERO_GUID, 4));
  });
  return recorder;
}

/** A call that xero-node must report as failed. */
async function refused(call: Promise<unknown>): Promise<void> {
  const failed = await call.then(
    () => false,
    () => true,
  );
  if (!failed) throw new Error('the call should have been refused');
}

/** What an answer of xero-node must hold. */
function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('xero-node read no value where one was expected');
  return value;
}

async function settings(api: AccountingApi): Promise<void> {
  await api.getOrganisations(TENANT);
  await api.getOrganisationActions(TENANT);
  await api.getOrganisationCISSettings(TENANT, TENANT);
  await api.getAccounts(TENANT, SINCE, 'Status=="ACTIVE"', 'Name ASC');
  const account = { code: '611', name: 'Card clearing', type: AccountType.CURRENT, enablePaymentsToAccount: true };
  const { body } = await api.createAccount(TENANT, account, 'account-1');
  await api.getAccount(TENANT, given(body.accounts?.[0]?.accountID));
  await refused(api.createAccount(TENANT, account, 'account-2'));
  await api.getTaxRates(TENANT, 'Status=="ACTIVE"', 'Name ASC');
  await api.getTaxRateByTaxType(TENANT, 'OUTPUT2');
}

async function contacts(api: AccountingApi): Promise<string> {
  const contact = { name: 'By xero-node', contactNumber: 'GES-cus-9', emailAddress: 'node@contract.example' };
  const { body } = await api.createContacts(TENANT, { contacts: [contact] }, true, 'contact-1');
  const contactID = given(body.contacts?.[0]?.contactID);
  await refused(api.createContacts(TENANT, { contacts: [contact] }, true, 'contact-2'));
  await api.createContacts(TENANT, { contacts: [contact, { name: 'Another' }] }, false, 'contact-3');
  await api.updateContact(TENANT, contactID, { contacts: [{ firstName: 'Grace' }] }, 'contact-4');
  await api.updateOrCreateContacts(TENANT, { contacts: [{ contactID, lastName: 'Node' }] }, true, 'contact-5');
  await api.getContacts(TENANT, SINCE, 'Name=="By xero-node"', 'Name ASC', [contactID], 1, true, false, 'node', 50);
  await api.getContact(TENANT, contactID);
  await api.getContactByContactNumber(TENANT, 'GES-cus-9');
  await api.createContactHistory(TENANT, contactID, { historyRecords: [{ details: 'Called' }] }, 'note-1');
  await api.getContactHistory(TENANT, contactID);
  await refused(api.getContactCISSettings(TENANT, contactID));
  const spare = given((await api.createContacts(TENANT, { contacts: [{ name: 'Spare' }] }, true)).body.contacts?.[0]?.contactID);
  await api.updateContact(TENANT, spare, { contacts: [{ contactStatus: Contact.ContactStatusEnum.ARCHIVED }] });
  return contactID;
}

async function invoices(api: AccountingApi, contactID: string): Promise<string> {
  const invoice = {
    type: Invoice.TypeEnum.ACCREC,
    contact: { contactID },
    date: '2026-11-01',
    dueDate: '2026-11-30',
    lineAmountTypes: LineAmountTypes.Exclusive,
    reference: 'Job 9',
    status: Invoice.StatusEnum.AUTHORISED,
    lineItems: [{ description: 'Work', quantity: 1.5, unitAmount: 10.9575, accountCode: '200', taxType: 'OUTPUT2' }],
  };
  const { body } = await api.createInvoices(TENANT, { invoices: [invoice] }, true, 4, 'invoice-1');
  const invoiceID = given(body.invoices?.[0]?.invoiceID);
  await refused(api.createInvoices(TENANT, { invoices: [{ ...invoice, lineItems: [] }] }, true, 4, 'invoice-2'));
  await api.updateInvoice(TENANT, invoiceID, { invoices: [{ reference: 'Job 9b' }] }, 4, 'invoice-3');
  await api.updateOrCreateInvoices(TENANT, { invoices: [{ invoiceID, dueDate: '2026-12-15' }] }, false, 4, 'invoice-4');
  const statuses = ['AUTHORISED', 'PAID'];
  await api.getInvoices(TENANT, SINCE, 'Type=="ACCREC"', 'Date ASC', [invoiceID], ['INV-0001'], [contactID], statuses, 1, false, true, 4);
  await api.getInvoice(TENANT, invoiceID, 4);
  await api.getOnlineInvoice(TENANT, invoiceID);
  await refused(api.emailInvoice(TENANT, invoiceID, {}, 'mail-1'));
  await api.createInvoiceHistory(TENANT, invoiceID, { historyRecords: [{ details: 'Chased' }] }, 'note-2');
  await api.getInvoiceHistory(TENANT, invoiceID);
  return invoiceID;
}

async function payments(api: AccountingApi, invoiceID: string): Promise<void> {
  const payment = (amount: number) => ({ invoice: { invoiceID }, account: { code: '090' }, date: '2026-11-15', amount, reference: 'GES' });
  const { body } = await api.createPayments(TENANT, { payments: [payment(5)] }, true, 'payment-1');
  const paymentID = given(body.payments?.[0]?.paymentID);
  await api.createPayment(TENANT, payment(1), 'payment-2');
  await refused(api.createPayments(TENANT, { payments: [payment(5_000)] }, true, 'payment-3'));
  await api.getPayments(TENANT, SINCE, 'Status=="AUTHORISED"', 'Date ASC', 1, 50);
  await api.getPayment(TENANT, paymentID);
  await api.deletePayment(TENANT, paymentID, { status: 'DELETED' }, 'payment-4');
  await api.getPaymentHistory(TENANT, paymentID);
  const batch = { account: { code: '090' }, date: '2026-11-16', payments: [{ invoice: { invoiceID }, amount: 2 }] };
  const made = await api.createBatchPayment(TENANT, { batchPayments: [batch] }, true, 'batch-1');
  const batchPaymentID = given(made.body.batchPayments?.[0]?.batchPaymentID);
  await api.getBatchPayments(TENANT, SINCE, 'Status=="AUTHORISED"', 'Date ASC');
  await api.getBatchPayment(TENANT, batchPaymentID);
  await api.deleteBatchPaymentByUrlParam(TENANT, batchPaymentID, { status: 'DELETED' }, 'batch-2');
}
