/** A payment on an invoice, or a refund on a credit note. Amounts in pence, dates as UTC midnight, instants in epoch ms. */
export interface Payment {
  paymentId: string;
  tenantId: string;
  /** Exactly one of them is set. */
  invoiceId: string | undefined;
  creditNoteId: string | undefined;
  type: 'ACCRECPAYMENT' | 'ACCPAYPAYMENT' | 'ARCREDITPAYMENT' | 'APCREDITPAYMENT';
  accountId: string;
  date: number;
  amount: number;
  reference: string | undefined;
  isReconciled: boolean;
  batchPaymentId: string | undefined;
  status: 'AUTHORISED' | 'DELETED';
  created: number;
  updated: number;
}

/** Several payments taken in one sum. */
export interface BatchPayment {
  batchPaymentId: string;
  tenantId: string;
  accountId: string;
  date: number;
  reference: string | undefined;
  paymentIds: readonly string[];
  status: 'AUTHORISED' | 'DELETED';
  updated: number;
}
