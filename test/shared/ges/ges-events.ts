/** A whole customer, invoice or payment as contracts §1 shows them; a test names what it varies. */
export function customerSnapshot(parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 'cus_1001',
    revision: 1,
    name: 'Hartley Lettings Ltd',
    firstName: 'Priya',
    lastName: 'Nair',
    email: 'accounts@hartley.example',
    phone: '0113 496 0000',
    mobile: '07700 900123',
    billingAddress: {
      line1: '4 Mill Row',
      line2: '',
      city: 'Leeds',
      county: 'West Yorkshire',
      postcode: 'LS1 4AB',
      country: 'United Kingdom',
    },
    vatNumber: '',
    archived: false,
    sites: [{ id: 'site_1', address: { line1: '9 Oak Street' } }],
    updatedAt: '2026-11-22T10:15:00.000Z',
    ...parts,
  };
}

export function invoiceSnapshot(parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 'inv_5001',
    revision: 3,
    number: 'GES-1042',
    customerId: 'cus_1001',
    status: 'issued',
    issueDate: '2026-11-20',
    dueDate: '2026-12-04',
    reference: 'Boiler service, 9 Oak Street',
    currency: 'GBP',
    pricesIncludeVat: false,
    lines: [
      {
        id: 'l1',
        description: 'Annual boiler service',
        quantity: '1',
        unitPrice: '85.00',
        discountPercent: '0',
        vat: 'standard',
        cis: null,
      },
    ],
    totals: { net: '85.00', vat: '17.00', gross: '102.00', cisDeduction: '0.00' },
    balance: { paid: '0.00', credited: '0.00', due: '102.00' },
    paymentStatus: 'unpaid',
    webUrl: 'https://app.gasengineer.example/invoices/inv_5001',
    updatedAt: '2026-11-22T10:15:00.000Z',
    ...parts,
  };
}

export function paymentSnapshot(parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 'pay_9001',
    revision: 1,
    invoiceId: 'inv_5001',
    amount: '102.00',
    date: '2026-11-21',
    method: 'card',
    reference: 'SumUp 8841',
    updatedAt: '2026-11-22T10:15:00.000Z',
    ...parts,
  };
}

/** A change event as EventBridge hands it to a function. */
export function gesEvent(
  detailType: string,
  entity: { readonly type: string; readonly id: string; readonly revision: number },
  parts: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> & { detail: Record<string, unknown> } {
  return {
    version: '0',
    id: 'event-1',
    source: 'ges.platform',
    account: '000000000000',
    time: '2026-11-22T10:15:00Z',
    region: 'eu-west-2',
    resources: [],
    'detail-type': detailType,
    detail: {
      accountId: 'acct_demo',
      entity,
      change: 'updated',
      origin: 'user',
      occurredAt: '2026-11-22T10:15:00.000Z',
      snapshot: customerSnapshot(),
      ...parts,
    },
  };
}

/** The plain case: a customer edited by a user. */
export function customerEvent(parts: Readonly<Record<string, unknown>> = {}) {
  return gesEvent('CustomerChanged', { type: 'customer', id: 'cus_1001', revision: 2 }, parts);
}
