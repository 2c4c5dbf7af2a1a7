import type { DemoPlace, Scene } from './scene.ts';
import type { Comparison } from './comparison.ts';
import { json } from './http.ts';

interface InGes {
  readonly status: string;
  readonly paymentStatus: string;
  readonly totals: { readonly gross: string };
  readonly pricesIncludeVat: boolean;
  readonly lines: readonly { readonly vat: string; readonly cis: string | null }[];
}
interface InXero {
  readonly InvoiceID: string;
  readonly Status: string;
  readonly Total: number;
}

/**
 * A payment entered in Xero (D3), an invoice edited in GES (C2), a void in GES and one in Xero (C4), each on an unpaid invoice. Throws when
 * there are not four of them.
 */
export function moneyScenes(place: DemoPlace, agreeing: readonly Comparison[]): readonly Scene[] {
  const unpaid = agreeing.filter(({ type, money }) => type === 'invoice' && money !== undefined && money.ges.due === money.ges.total);
  const [first, second, third, fourth] = unpaid;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error('The demo needs four unpaid invoices that are in step.');
  }
  return [
    {
      what: 'a payment entered in Xero: the invoice is paid in GES (D3)',
      act: () => actInXero(place, first, '/pay', {}),
      holds: async () => (await inGes(place, first)).paymentStatus === 'paid',
    },
    {
      what: 'an invoice edited in GES (one line more)',
      act: async () => {
        const { lines } = await inGes(place, second);
        const line = { description: 'Second visit', quantity: '1', unitPrice: '42.50', discountPercent: '0', vat: 'standard', cis: null };
        await editInGes(place, second, { status: 'issued', lines: [...lines, line] });
      },
      holds: async () => Number((await inGes(place, second)).totals.gross) === (await inXero(place, second)).Total,
    },
    {
      what: 'an invoice voided in GES (C4)',
      act: () => editInGes(place, third, { status: 'void' }),
      holds: async () => (await inXero(place, third)).Status === 'VOIDED',
    },
    {
      what: 'an invoice voided in Xero (C4)',
      act: () => actInXero(place, fourth, '/void', {}),
      holds: async () => (await inGes(place, fourth)).status === 'void',
    },
  ];
}

function inGes({ stack, accountId }: DemoPlace, { gesId }: Comparison): Promise<InGes> {
  return json(`${stack.gesUrl}/_ges/accounts/${accountId}/invoices/${gesId}`);
}

async function inXero({ stack, tenantId }: DemoPlace, { xeroId }: Comparison): Promise<InXero> {
  const invoices = await json<readonly InXero[]>(`${stack.xeroUrl}/_sandbox/organisations/${tenantId}/invoices`);
  const invoice = invoices.find(({ InvoiceID }) => InvoiceID === xeroId);
  if (invoice === undefined) throw new Error(`Xero has no invoice ${xeroId ?? ''}.`);
  return invoice;
}

function actInXero({ stack, tenantId }: DemoPlace, { xeroId }: Comparison, action: string, body: object): Promise<unknown> {
  return json(`${stack.xeroUrl}/_sandbox/as-user/invoices/${xeroId ?? ''}${action}`, { method: 'POST', body: { tenantId, ...body } });
}

function editInGes({ stack, accountId }: DemoPlace, { gesId }: Comparison, change: object): Promise<unknown> {
  return json(`${stack.gesUrl}/_ges/accounts/${accountId}/invoices/${gesId}`, { method: 'PATCH', body: change });
}
