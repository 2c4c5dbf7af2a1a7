import { expect, it } from '@jest/globals';
import type { Intent } from '../../../shared/sync/ports.ts';
import type { ContractContext } from './store.contract.ts';

function intent(overrides: Partial<Intent> = {}): Intent {
  return {
    type: 'customer',
    side: 'ges',
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
  it('lists intents exactly as put, one per record, of this scope only', async () => {
    const scope = freshScope();
    const { intents } = stores();
    const second = intent({ id: 'cus_1002', index: 1, nameSuffix: ' (LS1 4AB)', warnings: ['field-not-sent:email'] });
    await intents.putIntent(scope, intent());
    await intents.putIntent(scope, second);
    await intents.putIntent({ ...scope, generation: 2 }, intent({ id: 'other' }));
    await intents.putIntent(scope, intent({ state: 'server-error' }));

    expect(await intents.listIntents(scope)).toEqual([intent({ state: 'server-error' }), second]);
  });

  it('removes an intent only under the key it was sent with', async () => {
    const scope = freshScope();
    const { intents } = stores();
    await intents.putIntent(scope, intent({ key: 'key-2' }));

    await intents.removeIntent(scope, intent({ key: 'key-1' }));
    expect(await intents.listIntents(scope)).toHaveLength(1);

    await intents.removeIntent(scope, { type: 'customer', side: 'ges', id: 'cus_1001', key: 'key-2' });
    await intents.removeIntent(scope, { type: 'customer', side: 'ges', id: 'cus_1001', key: 'key-2' });
    expect(await intents.listIntents(scope)).toEqual([]);
  });
}
