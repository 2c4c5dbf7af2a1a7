import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { DEMO_ORGANISATIONS } from '../../../../local/xero-sandbox/seed/organisations.ts';
import { startSandbox, type RunningSandbox } from '../../../../local/xero-sandbox/server.ts';
import { browserPath, openBrowser } from './browser.ts';

if (browserPath === undefined) process.stderr.write('Skipped: the sandbox page is not tested, because no Chromium is installed.\n');

jest.setTimeout(60_000);

const TENANT = DEMO_ORGANISATIONS[0].tenantId;
const LINE = { Description: 'Boiler <b>service</b>', Quantity: 1, UnitAmount: 85, AccountCode: '200' };

interface Shown {
  ContactID: string;
  Name: string;
  ContactStatus: string;
  EmailAddress: string;
  FirstName: string;
  MergedToContactID: string;
  InvoiceID: string;
  InvoiceNumber: string;
  Status: string;
  Reference: string;
  AmountDue: number;
  AmountPaid: number;
  AmountCredited: number;
  Total: number;
  LineItems: { Description: string; LineItemID: string; Quantity: number }[];
  IsReconciled: boolean;
  PeriodLockDate: string;
}

(browserPath === undefined ? describe.skip : describe)('the page in a browser', () => {
  let sandbox: RunningSandbox;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, webhookUrl: 'http://localhost:9/nowhere' });
    ({ browser, page, complaints } = await openBrowser());
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await sandbox.close();
  });
  beforeEach(async () => {
    await call('POST', 'reset');
    await page.goto('about:blank');
  });

  async function call<T = Shown>(method: string, path: string, body: object = {}): Promise<T> {
    const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, ...(method !== 'GET' && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  }
  const look = <T = Shown[]>(what: string): Promise<T> => call<T>('GET', `organisations/${TENANT}/${what}`);
  const contact = async (name: string): Promise<Shown> => {
    const [found] = (await look('contacts')).filter(({ Name }) => Name === name);
    if (found === undefined) throw new Error(`no contact ${name}`);
    return found;
  };
  const newInvoice = (fields: object = {}): Promise<Shown> =>
    call('POST', 'as-user/invoices', { Contact: { Name: 'Okafor & Sons' }, DueDate: '2036-01-31', LineItems: [LINE], ...fields });
  const invoiceNow = (id: string): Promise<Shown> => look<Shown>(`invoices/${id}`);
  const open = (place: string): Promise<unknown> => page.goto(`${sandbox.url}/#${place}`);
  const button = (name: string): Locator => page.locator('#content').getByRole('button', { name, exact: true });
  const dialog = (): Locator => page.locator('dialog[open]');
  const inDialog = (name: string): Locator => dialog().getByRole('button', { name, exact: true });
  const expectValue = async (label: string, value: string): Promise<void> => {
    const deadline = Date.now() + 10_000;
    while ((await page.getByLabel(label).inputValue()) !== value && Date.now() < deadline) await page.waitForTimeout(50);
    expect(await page.getByLabel(label).inputValue()).toBe(value);
  };
  const said = (text: string): Promise<void> => page.locator('.notice', { hasText: text }).last().waitFor();
  const heading = (text: string): Promise<void> => page.locator('h1', { hasText: text }).waitFor();

  it('a contact is edited: only what was changed is sent, a refusal is shown and nothing is lost', async () => {
    const before = await contact('Hartley Lettings Limited');
    await open('contacts');
    await page.getByRole('link', { name: 'Hartley Lettings Limited' }).click();
    await button('Edit').click();
    await dialog().getByLabel('E-mail').fill('not an address');
    await inDialog('Save').click();
    await dialog().getByRole('alert').filter({ hasText: 'Email address must be valid.' }).waitFor();
    await dialog().getByLabel('E-mail').fill('new@hartley.example');
    await call('POST', `as-user/contacts/${before.ContactID}`, { FirstName: 'Changed meanwhile' });
    await inDialog('Save').click();
    await said('Contact saved.');
    expect(await contact('Hartley Lettings Limited')).toMatchObject({
      EmailAddress: 'new@hartley.example',
      FirstName: 'Changed meanwhile',
    });
    await page.getByText('new@hartley.example').waitFor();
  });

  it('a contact is archived after a question, restored, and merged into another', async () => {
    const { ContactID } = await contact('HMRC VAT');
    await open(`contacts/${ContactID}`);
    await button('Archive').click();
    expect((await contact('HMRC VAT')).ContactStatus).toBe('ACTIVE');
    await inDialog('Archive').click();
    await said('Contact archived.');
    await button('Restore').click();
    await inDialog('Restore').click();
    await said('Contact restored.');
    await button('Merge').click();
    await dialog().getByLabel('Keep this contact').fill('okafor & sons');
    await inDialog('Merge').click();
    await said('Contacts merged.');
    const winner = await contact('Okafor & Sons');
    expect(await look<Shown>(`contacts/${ContactID}`)).toMatchObject({ ContactStatus: 'ARCHIVED', MergedToContactID: winner.ContactID });
  });

  it('an invoice is paid in part; the payment is reconciled, released and deleted', async () => {
    const { InvoiceID, InvoiceNumber } = await newInvoice();
    await open('invoices');
    await page.getByRole('link', { name: InvoiceNumber }).click();
    await button('Add payment').click();
    await dialog().getByLabel('Amount').fill('40');
    await inDialog('Add payment').click();
    await said('Payment added.');
    expect(await invoiceNow(InvoiceID)).toMatchObject({ AmountPaid: 40, AmountDue: 62 });
    await open('payments');
    await page.getByRole('button', { name: 'Reconcile the payment' }).click();
    await said('Payment reconciled.');
    await page.getByRole('button', { name: 'Delete the payment' }).click();
    await inDialog('Delete payment').click();
    await dialog().getByRole('alert').waitFor();
    expect((await look(`payments?document=${InvoiceID}`))[0]).toMatchObject({ Status: 'AUTHORISED', IsReconciled: true });
    await inDialog('Cancel').click();
    await page.getByRole('button', { name: 'Unreconcile the payment' }).click();
    await said('no longer reconciled');
    await page.getByRole('button', { name: 'Delete the payment' }).click();
    await inDialog('Delete payment').click();
    await said('Payment deleted.');
    expect((await invoiceNow(InvoiceID)).AmountDue).toBe(102);
  });

  it('more than is due is refused in words, and the amount stays to be corrected', async () => {
    const { InvoiceID } = await newInvoice();
    await open(`invoices/${InvoiceID}`);
    await button('Add payment').click();
    await dialog().getByLabel('Amount').fill('102.01');
    await inDialog('Add payment').click();
    await dialog().getByRole('alert').filter({ hasText: 'exceeds the amount outstanding' }).waitFor();
    expect(await dialog().getByLabel('Amount').inputValue()).toBe('102.01');
    expect((await invoiceNow(InvoiceID)).AmountPaid).toBe(0);
  });

  it('an invoice is edited line by line; unchanged lines keep their ids', async () => {
    const second = { ...LINE, Description: 'Parts', Quantity: 3, UnitAmount: 13.3333 };
    const { InvoiceID, LineItems } = await newInvoice({ LineItems: [LINE, second] });
    await open(`invoices/${InvoiceID}`);
    await page.getByText('Boiler <b>service</b>').waitFor();
    await button('Edit').click();
    await dialog().getByLabel('Reference').fill('Job 12');
    await dialog().getByLabel('Quantity').nth(1).fill('4');
    await inDialog('Save').click();
    await said('Changes saved.');
    const after = await invoiceNow(InvoiceID);
    expect(after).toMatchObject({ Reference: 'Job 12', Total: 166 });
    expect(after.LineItems.map(({ LineItemID }) => LineItemID)).toEqual(LineItems.map(({ LineItemID }) => LineItemID));
  });

  it('an invoice is made, and voided after a question', async () => {
    await open('invoices');
    await button('New invoice').click();
    await dialog().getByLabel('To', { exact: true }).fill('Okafor & Sons');
    await dialog().getByLabel('Description').fill('Gas safety check');
    await dialog().getByLabel('Price').fill('50');
    await inDialog('Approve').click();
    await heading('INV-0001');
    const [made] = await look('invoices');
    expect(made).toMatchObject({ Status: 'AUTHORISED', Total: 60 });
    await button('Void').click();
    await inDialog('Cancel').click();
    expect((await look('invoices'))[0]?.Status).toBe('AUTHORISED');
    await button('Void').click();
    await inDialog('Void').click();
    await said('Invoice voided.');
    expect((await look('invoices'))[0]?.Status).toBe('VOIDED');
    await page.locator('h1 .badge', { hasText: 'Voided' }).waitFor();
  });

  it('a credit note is allocated to an invoice and taken back', async () => {
    const { InvoiceID } = await newInvoice();
    await call('POST', 'as-user/credit-notes', { Contact: { Name: 'Okafor & Sons' }, LineItems: [{ ...LINE, UnitAmount: 25 }] });
    await open('credit-notes');
    await page.getByRole('button', { name: 'Allocate CN-0001' }).click();
    await dialog().getByLabel('Amount').fill('12.50');
    await inDialog('Allocate credit').click();
    await said('Credit allocated.');
    expect(await invoiceNow(InvoiceID)).toMatchObject({ AmountCredited: 12.5, AmountDue: 89.5 });
    await page.getByRole('button', { name: 'Remove the allocation' }).click();
    await inDialog('Remove allocation').click();
    await said('Allocation removed.');
    expect((await invoiceNow(InvoiceID)).AmountCredited).toBe(0);
  });

  it('a period is locked: what falls into it is refused from then on', async () => {
    await open('organisation');
    await button('Lock dates').click();
    await dialog().getByLabel('Lock date', { exact: true }).fill('2026-10-31');
    await inDialog('Set lock dates').click();
    await said('Lock dates set.');
    await page.getByText('31 Oct 2026').waitFor();
    await expect(newInvoice({ Date: '2026-10-31' })).rejects.toThrow(/lock/i);
    expect((await newInvoice({ Date: '2026-11-01' })).Status).toBe('AUTHORISED');
  });

  it('a fault is injected, hits as often as asked, and is seen to have hit', async () => {
    await open('switchboard');
    await page.getByLabel('Fault', { exact: true }).selectOption('503');
    await page.getByLabel('Calls', { exact: true }).fill('2');
    await page.getByLabel('Path begins with').fill('/connections');
    await button('Inject fault').click();
    await said('Fault set.');
    const statuses = await Promise.all([1, 2, 3].map(async () => (await fetch(`${sandbox.url}/connections`)).status));
    expect(statuses.sort()).toEqual([401, 503, 503]);
    await page.getByRole('region', { name: 'Faults that are set' }).getByText('used up').waitFor();
    await button('End all faults').click();
    await inDialog('End all faults').click();
    await said('All faults ended.');
    expect(await call('GET', 'faults')).toEqual([]);
  });

  it('a share of calls can be hit, with what belongs to the kind alone', async () => {
    await open('switchboard');
    await page.getByLabel('Fault', { exact: true }).selectOption('429');
    await page.getByLabel('How often').selectOption('share');
    await page.getByLabel('Share of calls').fill('2.5');
    await page.getByLabel('Which limit').selectOption('day');
    await button('Inject fault').click();
    await said('Fault set.');
    const [fault] = await call<object[]>('GET', 'faults');
    expect(fault).toMatchObject({ kind: '429', share: 0.025, problem: 'day', commit: false });
    expect(fault).not.toHaveProperty('delayMs');
  });

  it('the clock is stopped and stepped, settings are changed, a snapshot is restored', async () => {
    await open('switchboard');
    await button('Stop the clock (virtual)').click();
    await said('The clock stands still.');
    const { now } = await call<{ now: string }>('GET', 'clock');
    await button('+1 day').click();
    await said('Clock stepped.');
    expect(Date.parse((await call<{ now: string }>('GET', 'clock')).now) - Date.parse(now)).toBe(86_400_000);
    await page.getByLabel('Latency').fill('25');
    await page.getByLabel('Events never sent').fill('50');
    await button('Save settings').click();
    await said('Settings saved.');
    expect(await call('GET', 'settings')).toMatchObject({ latencyMs: 25, webhookDropShare: 0.5 });
    await page.getByLabel('Name of a snapshot').fill('as it was');
    await button('Take snapshot').click();
    await said('Snapshot taken.');
    await newInvoice();
    await page.getByRole('button', { name: 'Restore as it was' }).click();
    await inDialog('Restore').click();
    await said('Restored.');
    expect(await look('invoices')).toEqual([]);
    await call('POST', 'settings', { latencyMs: 0, webhookDropShare: 0 });
  });

  it('refreshes by itself, without losing what is being typed', async () => {
    await open('switchboard');
    await page.getByLabel('Latency').fill('77');
    await page.getByLabel('Path begins with').fill('/api.xro/2.0/Inv');
    await call('POST', 'faults', { kind: 'slow', next: 7 });
    await page.getByText('next 7').waitFor();
    expect(await page.getByLabel('Latency').inputValue()).toBe('77');
    expect(await page.getByLabel('Path begins with').inputValue()).toBe('/api.xro/2.0/Inv');
    expect(await page.evaluate('document.activeElement.name')).toBe('path');
    await call('POST', 'settings', { webhookDelayMs: 151, latencyMs: 3 });
    await expectValue('Webhook delay', '151');
    expect(await page.getByLabel('Latency').inputValue()).toBe('77');
    await call('POST', 'settings', { webhookDelayMs: 150, latencyMs: 0 });
    await open('contacts');
    await page.getByLabel('Search contacts').fill('siân');
    await page.locator('h1', { hasText: '1 contact' }).waitFor();
    await call('POST', 'as-user/contacts', { Name: 'Sian Second' });
    await page.getByRole('link', { name: 'Sian Second' }).waitFor();
    expect(await page.getByLabel('Search contacts').inputValue()).toBe('siân');
  });

  it('the focus stays on its button when the list around it is drawn again', async () => {
    const { InvoiceID } = await newInvoice();
    await call('POST', `as-user/invoices/${InvoiceID}/pay`, { amount: 1 });
    await open('payments');
    const reconcile = page.getByRole('button', { name: 'Reconcile the payment of 1.00' });
    await reconcile.focus();
    await call('POST', `as-user/invoices/${InvoiceID}/pay`, { amount: 2 });
    await page.getByRole('button', { name: 'Reconcile the payment of 2.00' }).waitFor();
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe(await reconcile.getAttribute('aria-label'));
  });

  it('more contacts than fit a page are paged through', async () => {
    for (let i = 0; i < 60; i += 1) await call('POST', 'as-user/contacts', { Name: `Zz ${String(i).padStart(2, '0')}` });
    await open('contacts?search=zz');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('51–60 of 60 · page 2 of 2').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(10);
    expect(await page.locator(':focus').textContent()).toBe('Next');
    await page.getByRole('button', { name: 'First' }).click();
    await page.getByText('1–50 of 60 · page 1 of 2').waitFor();
  });

  it('the address keeps what is searched and shown, over a reload too', async () => {
    await open('contacts');
    await page.getByLabel('Show').selectOption({ label: 'All' });
    await page.getByLabel('Search contacts').fill('hmrc');
    await page.locator('h1', { hasText: '1 contact' }).waitFor();
    await page.reload();
    await page.locator('h1', { hasText: '1 contact' }).waitFor();
    expect([await page.getByLabel('Show').inputValue(), await page.getByLabel('Search contacts').inputValue()]).toEqual(['', 'hmrc']);
  });

  it('says in words that the sandbox does not answer, and goes on by itself when it does', async () => {
    await open('contacts');
    await page.getByRole('link', { name: 'HMRC VAT' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('The sandbox does not answer.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('The sandbox does not answer.').waitFor({ state: 'hidden' });
  });

  it('an app is disconnected after a question', async () => {
    const demand = { response_type: 'code', client_id: 'ges-xero-local', redirect_uri: 'http://localhost:4590/v1/xero/callback' };
    const form = new URLSearchParams({ ...demand, scope: 'accounting.contacts', decision: 'allow' });
    await fetch(`${sandbox.url}/identity/connect/authorize`, { method: 'POST', body: form, redirect: 'manual' });
    await open('organisation');
    await page.getByRole('button', { name: /^Disconnect / }).click();
    await inDialog('Disconnect').click();
    await said('is disconnected.');
    const organisations = await call<{ tenantId: string; connections: object[] }[]>('GET', 'organisations');
    expect(organisations.find(({ tenantId }) => tenantId === TENANT)?.connections).toEqual([]);
  });

  it('tells what a bookkeeper looks for: CIS, overpayments, accounts that take payments, accounts by code', async () => {
    const { InvoiceID } = await newInvoice();
    await call('POST', `as-user/invoices/${InvoiceID}/other-credit`, { kind: 'overpayment', amount: 20 });
    await open(`invoices/${InvoiceID}`);
    expect(await page.locator('dl', { hasText: 'Invoice ID' }).innerText()).toMatch(/Overpayments\s+20\.00/);
    await open('organisation');
    expect(await page.locator('dl', { hasText: 'Tenant ID' }).innerText()).toMatch(/CIS\s+subcontractor, deduction 20%/);
    const accounts = await page.getByRole('table', { name: 'Chart of accounts' }).locator('tbody tr').allInnerTexts();
    const codes = accounts.map((row) => row.slice(0, 3));
    expect(codes).toEqual([...codes].sort());
    const taking = accounts.filter((row) => /Takes payments/.test(row)).map((row) => row.slice(0, 3));
    expect(taking).toEqual(['090', '091', '835', '970']);
  });

  it('opening the consent page is one call: the browser looks for no icon that a fault could hit', async () => {
    const demand = { response_type: 'code', client_id: 'ges-xero-local', redirect_uri: 'http://localhost:4590/v1/xero/callback' };
    await page.goto(`${sandbox.url}/identity/connect/authorize?${new URLSearchParams({ ...demand, scope: 'openid' }).toString()}`);
    await heading('wants access to');
    await page.waitForTimeout(300);
    expect((await call<{ total: number }>('GET', 'calls')).total).toBe(1);
  });

  it('fits the width of a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    try {
      for (const place of ['contacts', 'invoices', 'payments', 'credit-notes', 'organisation', 'switchboard']) {
        await open(place);
        await page.locator('h1').waitFor();
        await page.waitForTimeout(300);
        expect([place, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([place, 390]);
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  });

  it('nothing that a name or note contains is taken for HTML, and the browser has nothing to complain of', async () => {
    const { ContactID } = await contact('Okafor & Sons');
    await call('POST', `as-user/contacts/${ContactID}`, {
      FirstName: '<img src=x onerror=alert(1)>',
      AccountNumber: '"><script>alert(2)</script>',
    });
    await open(`contacts/${ContactID}`);
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await page.locator('#content img, #content script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
