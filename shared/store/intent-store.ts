import { chunks } from '../sync/concurrency.ts';
import type { Scope } from '../sync/ports.ts';
import type { Intent, IntentKey, IntentStore } from '../sync/records-port.ts';
import { intentKey, intentPartition } from './keys.ts';
import type { Item, Table } from './table.ts';
import { readPrefix, storedAs } from './table.ts';
import { transact, type Operation } from './transact.ts';

/** Intents of one transaction. */
const AT_ONCE = 50;

/** Intents in DynamoDB: one item per record; listing is strongly consistent, for it decides whether a create may be sent (F3). */
export function createIntentStore(table: Table): IntentStore {
  return {
    async putIntents(scope, intents) {
      for (const some of chunks(intents, AT_ONCE)) {
        const put = some.map((intent): Operation => ({ op: 'put', item: { ...fromIntent(intent), ...intentKey(scope, intent) } }));
        const result = await transact(table, put);
        if (result.kind !== 'done')
          throw new Error(`Intents were not stored: ${result.kind === 'refused-for-good' ? result.reason : result.kind}`);
      }
    },

    async listIntents(scope) {
      return (await readPrefix(table, intentPartition(scope), '')).map(toIntent);
    },

    async removeIntents(scope, intents) {
      for (const some of chunks(intents, AT_ONCE)) await removeAll(table, scope, some);
    },
  };
}

/** Those that are not the ones meant any more stay, and are no reason to keep the others. */
async function removeAll(table: Table, scope: Scope, intents: readonly IntentKey[]): Promise<void> {
  let left = intents;
  for (;;) {
    const result = await transact(
      table,
      left.map((intent) => removalOf(scope, intent)),
    );
    if (result.kind === 'done') return;
    if (result.kind === 'refused-for-good') throw new Error(`Intents were not removed: ${result.reason}`);
    left = left.filter((_, place) => !result.places.has(place));
  }
}

function removalOf(scope: Scope, intent: IntentKey): Operation {
  const key = intentKey(scope, intent);
  if (intent.key === undefined) return { op: 'delete', key };
  const isTheOneMeant = { expression: '#key = :key', names: { '#key': 'key' }, values: { ':key': intent.key } };
  return { op: 'delete', key, condition: isTheOneMeant };
}

/** The element is kept as JSON text: after a lost answer it must be sent again exactly as it was. */
function fromIntent({ element, ...intent }: Intent): Item {
  return { ...intent, ...(element === undefined ? {} : { element: JSON.stringify(element) }) };
}

function toIntent(item: Item): Intent {
  const { element, ...intent } = storedAs<Omit<Intent, 'element'> & { readonly element?: string }>(item);
  return { ...intent, ...(element === undefined ? {} : { element: JSON.parse(element) as unknown }) };
}
