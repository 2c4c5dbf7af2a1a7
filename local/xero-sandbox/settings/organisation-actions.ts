import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import type { SandboxAnswer } from '../core/messages.ts';

const ALWAYS = [
  'CreateDraftPurchaseOrder',
  'CreateApprovedBill',
  'AttachFilesIntoInvoice',
  'CreateDraftInvoice',
  'CreateRepeatingInvoice',
  'CreateRepeatingBill',
  'CreateSentQuote',
  'CreateInvoicePayment',
  'CreateApprovedPurchaseOrder',
  'CreateDraftQuote',
  'CreateDraftBill',
];

/** GET /Organisation/Actions: tells beforehand what a plan limit would refuse. */
function actions(call: AccountingCall): SandboxAnswer {
  const { approvedInvoiceLimit: limit, tenantId } = call.organisation;
  const approved = call.state.invoices
    .by('tenant', tenantId)
    .filter(({ type, status }) => type === 'ACCREC' && ['AUTHORISED', 'PAID'].includes(status)).length;
  const status = (isAllowed: boolean): string => (isAllowed ? 'ALLOWED' : 'NOT-ALLOWED');
  return envelope(call, 'Actions', [
    { Name: 'CreateApprovedInvoice', Status: status(limit === undefined || approved < limit) },
    { Name: 'UseMulticurrency', Status: status(false) },
    ...ALWAYS.map((Name) => ({ Name, Status: status(true) })),
  ]);
}

export const ORGANISATION_ACTION_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'Organisation/Actions', area: 'settings', handle: actions },
];
