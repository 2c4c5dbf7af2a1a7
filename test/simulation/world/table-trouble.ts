import {
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';

const IS_WRITE = /^(Put|Update|Delete|BatchWrite|TransactWrite)Command$/;

/** What the table throws at a command of this process, if anything: then nothing of it was done. */
export function tableTrouble(command: { readonly input: object }, faults: Faults, draws: Draws, process: string): Error | undefined {
  const { name } = command.constructor;
  const $metadata = {};
  if (draws.happens(faults.tableThrottled, 'table throttled', process))
    return new ProvisionedThroughputExceededException({ message: 'simulated', $metadata });
  if (!IS_WRITE.test(name) || !draws.happens(faults.tableConflict, 'table conflict', process)) return undefined;
  if (!('TransactItems' in command.input)) return new TransactionConflictException({ message: 'simulated', $metadata });
  const operations = command.input.TransactItems as readonly unknown[];
  const CancellationReasons = operations.map((_, place) => ({ Code: place === 0 ? 'TransactionConflict' : 'None' }));
  return new TransactionCanceledException({ message: 'Transaction cancelled', $metadata, CancellationReasons });
}
