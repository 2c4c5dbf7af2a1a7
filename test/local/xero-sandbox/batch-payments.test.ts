import { describe, expect, it } from '@jest/globals';
import { Bench, messagesOf } from './bench.ts';

const two = (bench: Bench): { ids: [string, string]; Payments: object[] } => {
  const ids: [string, string] = [bench.invoice().InvoiceID, bench.invoice().InvoiceID];
  return { ids, Payments: ids.map((InvoiceID) => ({ Invoice: { InvoiceID }, Amount: 102 })) };
};

describe('batch payments', () => {
  it('pay several invoices in one sum', () => {
    const bench = Bench.connected();
    const { ids, Payments } = two(bench);
    const [batch] = bench.api('PUT', 'BatchPayments', { BatchPayments: [{ Account: { Code: '090' }, Date: '2026-11-21', Payments }] }).json
      .BatchPayments;
    expect(batch).toMatchObject({ Type: 'RECBATCH', Status: 'AUTHORISED', TotalAmount: 204 });
    expect(ids.map((id) => bench.invoiceNow(id).Status)).toEqual(['PAID', 'PAID']);
    expect(bench.get('BatchPayments').json.BatchPayments).toHaveLength(1);
    expect(bench.get(`BatchPayments/${String(batch.BatchPaymentID)}`).json.BatchPayments[0]).toEqual(batch);
  });

  it('their payments cannot be deleted singly, the batch can', () => {
    const bench = Bench.connected();
    const { ids, Payments } = two(bench);
    const batch = bench.pull('POST', 'as-user/batch-payments', { Payments }).json;
    const { PaymentID } = bench.invoiceNow(ids[0]).Payments[0];
    expect(messagesOf(bench.api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' }).json)).toEqual([
      'Payments within a batch cannot be deleted.',
    ]);
    expect(bench.get(`Payments/${PaymentID}`).json.Payments[0].BatchPaymentID).toBe(batch.BatchPaymentID);
    expect(bench.api('POST', `BatchPayments/${String(batch.BatchPaymentID)}`, { Status: 'DELETED' }).status).toBe(200);
    expect(ids.map((id) => bench.invoiceNow(id).Status)).toEqual(['AUTHORISED', 'AUTHORISED']);
    expect(bench.api('POST', 'BatchPayments', { BatchPaymentID: batch.BatchPaymentID, Status: 'DELETED' }).status).toBe(400);
  });

  it('are refused as a whole when one payment is too much', () => {
    const bench = Bench.connected();
    const { ids, Payments } = two(bench);
    const tooMuch = { Invoice: { InvoiceID: ids[1] }, Amount: 200 };
    expect(bench.api('PUT', 'BatchPayments', { Account: { Code: '090' }, Payments: [Payments[0], tooMuch] }).status).toBe(400);
    expect(ids.map((id) => bench.invoiceNow(id).AmountPaid)).toEqual([0, 0]);
  });
});
