import { expect, it } from '@jest/globals';
import type { OrganisationFacts } from '../../../shared/domain/xero-invoice.ts';
import type { ContractContext } from './store.contract.ts';

const facts = (overrides: Partial<OrganisationFacts> = {}): OrganisationFacts => ({
  baseCurrency: 'GBP',
  vatRegistered: true,
  lockedUntil: '2026-03-31',
  cisEnabled: true,
  cisRate: 20,
  accounts: [{ accountId: 'acc-1', code: '200', status: 'ACTIVE', systemAccount: '' }],
  taxRates: [{ taxType: 'OUTPUT2', status: 'ACTIVE', effectiveRate: 17.5, canApplyToRevenue: true }],
  mayApproveInvoices: true,
  readAt: 1_795_353_449_461,
  ...overrides,
});

export function factsContract({ stores, scope: freshScope }: ContractContext): void {
  it('gives facts back whole; the later ones replace the earlier, absent ones included', async () => {
    const scope = freshScope();
    const { facts: store } = stores();
    expect(await store.readFacts(scope)).toBeUndefined();

    await store.putFacts(scope, facts());
    expect(await store.readFacts(scope)).toEqual(facts());

    const { lockedUntil: _unlocked, ...later } = facts({ accounts: [], readAt: 2 });
    await store.putFacts(scope, later);
    expect(await store.readFacts(scope)).toEqual(later);
  });

  it('A5: another organisation has another generation and none of these facts', async () => {
    const scope = freshScope();
    const { facts: store } = stores();
    await store.putFacts(scope, facts());

    expect(await store.readFacts({ ...scope, generation: 2 })).toBeUndefined();
    expect(await store.readFacts(freshScope())).toBeUndefined();
  });
}
