import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from './values.ts';

/** The errors of DynamoDB as the SDK throws them: its classes, names, faults and texts. */

const $metadata = { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 };

export function validation(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata });
}

export function itemTooLarge(): DynamoDBServiceException {
  return validation('Item size has exceeded the maximum allowed size');
}

export function tooDeep(): DynamoDBServiceException {
  return validation('Nesting Levels have exceeded supported limits: Attributes and lists cannot be nested more than 32 levels deep');
}

/** `item` is what `ReturnValuesOnConditionCheckFailure: ALL_OLD` asks for. The document client leaves it in AttributeValues. */
export function conditionFailed(item?: StoredItem): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata,
    ...(item === undefined ? {} : { Item: marshall(item) }),
  });
}

export function tableNotFound(): ResourceNotFoundException {
  return new ResourceNotFoundException({ message: 'Requested resource not found', $metadata });
}

export function tokenMismatch(): IdempotentParameterMismatchException {
  return new IdempotentParameterMismatchException({
    message: 'The request uses the same client token as a previous, but non-identical request.',
    $metadata,
  });
}

/** Why one action of a transaction did not pass, or undefined when it did. */
export type Refusal = {
  readonly code: 'ConditionalCheckFailed' | 'TransactionConflict' | 'ValidationError';
  readonly message: string;
  readonly item?: StoredItem | undefined;
};

/** `refusals` stand in the order of the transaction's actions. */
export function transactionCanceled(refusals: readonly (Refusal | undefined)[]): TransactionCanceledException {
  const codes = refusals.map((refusal) => refusal?.code ?? 'None');
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: refusals.map(cancellationReason),
    $metadata,
  });
}

/** What DynamoDB says when another request is changing the item of the action at `index`; for the faults of a simulator. */
export function transactionConflict(actions: number, index: number): TransactionCanceledException {
  const conflict: Refusal = { code: 'TransactionConflict', message: 'Transaction is ongoing for the item' };
  return transactionCanceled(Array.from({ length: actions }, (_, n) => (n === index ? conflict : undefined)));
}

function cancellationReason(refusal: Refusal | undefined): CancellationReason {
  if (refusal === undefined) return { Code: 'None' };
  return { Code: refusal.code, Message: refusal.message, ...(refusal.item === undefined ? {} : { Item: marshall(refusal.item) }) };
}
