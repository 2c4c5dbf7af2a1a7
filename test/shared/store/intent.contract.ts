import { expect, it } from '@jest/globals';
import type { Intent } from '../../../shared/sync/records-port.ts';
import type { ContractContext } from './store.contract.ts';

function intent(overrides: Partial<Intent> = {}): Intent {
  return {
    type: 'customer',
    id: 'cus_1001',
    key: 'key-1',
    index: 0,
    count: 2,
    element: { name: 'Hartley Lettings Ltd', email: '', billingAddress: { line1: '' } },
    gesFields: { name: 'Hartley Lettings Ltd', email: '' },
    gesRevision: 3,
    attemptAt: 1_000,
    state: 'sent',
    ...overrides,
  };
}

export function intentContract({ stores, scope: freshScope }: ContractContext): void {
  it('F3: lists intents exactly as put, one per record, of this scope only', async () => {
    const scope = freshScope();
    const { intents } = stores();
    const second = intent({ id: 'cus_1002', index: 1, nameSuffix: ' (LS1 4AB)', warnings: ['field-not-sent:email'] });
    const { element: _element, ...tooLarge } = intent({ type: 'payment', id: 'pay_1', invoiceId: 'inv_1', gesFields: {} });
    await intents.putIntents(scope, [intent(), second, tooLarge]);
    await intents.putIntents({ ...scope, generation: 2 }, [intent({ id: 'other' })]);
    await intents.putIntents(scope, [intent({ state: 'look-up' })]);

    expect(await intents.listIntents(scope)).toEqual([intent({ state: 'look-up' }), second, tooLarge]);
  });

  it('removes intents only under the key they were sent with, and the others of the same call all the same', async () => {
    const scope = freshScope();
    const { intents } = stores();
    const ids = Array.from({ length: 50 }, (_, n) => `cus_${String(n)}`);
    await intents.putIntents(
      scope,
      ids.map((id) => intent({ id })),
    );
    await intents.putIntents(scope, [intent({ id: 'cus_7', key: 'key-2' })]);

    await intents.removeIntents(
      scope,
      [...ids, 'cus_unknown'].map((id) => ({ type: 'customer', id, key: 'key-1' })),
    );
    expect(await intents.listIntents(scope)).toEqual([intent({ id: 'cus_7', key: 'key-2' })]);

    await intents.removeIntents(scope, [{ type: 'customer', id: 'cus_7' }]);
    expect(await intents.listIntents(scope)).toEqual([]);
  });
}
