import type { Intent, IntentStore } from '../sync/ports.ts';
import { INTENT_PREFIX, intentKey, scopePartition } from './keys.ts';
import type { Item, Table } from './table.ts';
import { deleteItem, putItem, readPrefix, storedAs } from './table.ts';

/** Intents in DynamoDB: one item per record; listing is strongly consistent, for it decides whether a create may be sent (F3). */
export function createIntentStore(table: Table): IntentStore {
  return {
    async putIntent(scope, intent) {
      await putItem(table, { ...intentKey(scope, intent), ...fromIntent(intent) });
    },

    async listIntents(scope) {
      return (await readPrefix(table, scopePartition(scope), INTENT_PREFIX)).map(toIntent);
    },

    async removeIntent(scope, intent) {
      const isTheOneRead = { expression: '#key = :key', names: { '#key': 'key' }, values: { ':key': intent.key } };
      await deleteItem(table, intentKey(scope, intent), isTheOneRead);
    },
  };
}

/** The element is kept as JSON text: after a lost answer it must be sent again exactly as it was (design §5). */
function fromIntent({ element, ...intent }: Intent): Item {
  return { ...intent, element: JSON.stringify(element) };
}

function toIntent(item: Item): Intent {
  const { element, ...intent } = storedAs<Omit<Intent, 'element'> & { readonly element: string }>(item);
  return { ...intent, element: JSON.parse(element) as unknown };
}
