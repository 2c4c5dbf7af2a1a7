import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Surroundings } from '../world/product.ts';

/** The table refuses an item for good, as it refuses one over 400 kB: whatever stands in one transaction with it is not stored either. */
export function refusing(around: Surroundings, sortKey: string): Surroundings {
  const { table } = around;
  const send = async (command: { readonly input: object }): Promise<unknown> => {
    const operations =
      'TransactItems' in command.input ? (command.input.TransactItems as readonly { readonly Put?: { readonly Item: object } }[]) : [];
    const isRefused = operations.map(({ Put }) => Put !== undefined && 'sk' in Put.Item && Put.Item.sk === sortKey);
    if (!isRefused.includes(true)) return table.client.send(command as never);
    throw new TransactionCanceledException({
      message: 'Transaction cancelled',
      $metadata: {},
      CancellationReasons: isRefused.map((refused) =>
        refused ? { Code: 'ValidationError', Message: 'Item size has exceeded the maximum allowed size' } : { Code: 'None' },
      ),
    });
  };
  return { ...around, table: { ...table, client: { send } as unknown as typeof table.client } };
}
