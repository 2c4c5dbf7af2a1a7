import { expect, it } from '@jest/globals';
import type { Outcome } from '../../../shared/sync/ports.ts';
import { linkOf, syncedOf } from './records-of-tests.ts';
import type { ContractContext } from './store.contract.ts';

export function outboxContract({ stores, scope: freshScope }: ContractContext): void {
  it('F2b: gives what is to be told exactly as it was stored, of this account only, until it was sent', async () => {
    const scope = freshScope();
    const { records, outbox } = stores();
    const problem = { code: 'c', message: 'm', fix: 'f' };
    const outcome = (id: string): Outcome => ({
      kind: 'RecordNeedsAttention',
      accountId: scope.accountId,
      version: 1,
      entity: { type: 'payment', id },
      xeroId: null,
      direction: 'to-xero',
      problem,
    });
    const outcomes = Array.from({ length: 60 }, (_, n) => outcome(`pay_${String(n).padStart(2, '0')}`));
    await records.commit(scope, { link: linkOf({ type: 'invoice' }), outcomes });
    const other = freshScope();
    await records.commit(other, { link: linkOf(), outcomes: [syncedOf(other.accountId, 'cus_1')] });

    const first = await outbox.unsent(scope.accountId, 30);
    expect(first.map((one) => one.outcome)).toEqual(outcomes.slice(0, 30));
    await outbox.sent(
      scope.accountId,
      first.map(({ key }) => key),
    );
    const rest = await outbox.unsent(scope.accountId, 100);
    expect(rest.map((one) => one.outcome)).toEqual(outcomes.slice(30));
    await outbox.sent(
      scope.accountId,
      rest.map(({ key }) => key),
    );

    expect(await outbox.unsent(scope.accountId, 100)).toEqual([]);
    await outbox.sent(scope.accountId, []);
    expect(await outbox.unsent(other.accountId, 100)).toHaveLength(1);
  });

  it('keeps every version of a record, and several outcomes of one', async () => {
    const scope = freshScope();
    const { records, outbox } = stores();
    const { accountId } = scope;
    const entity = { type: 'customer', id: 'cus_1001' } as const;
    const resolved: Outcome = { kind: 'RecordResolved', accountId, version: 1, entity, xeroId: 'xero-1', direction: 'to-xero' };
    const first = await records.commit(scope, { link: linkOf(), outcomes: [resolved, syncedOf(accountId, 'cus_1001')] });
    if (first.kind !== 'committed') throw new Error(first.kind);
    await records.commit(scope, { link: first.link, outcomes: [syncedOf(accountId, 'cus_1001', 2)] });

    expect((await outbox.unsent(accountId, 10)).map(({ outcome }) => [outcome.kind, outcome.version])).toEqual([
      ['RecordResolved', 1],
      ['RecordSynced', 1],
      ['RecordSynced', 2],
    ]);
  });
}
