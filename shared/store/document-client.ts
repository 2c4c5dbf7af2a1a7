import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A webhook must be answered within 5 s, so a request that hangs is given up and tried again long before. */
const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;
const MAX_ATTEMPTS = 5;

/**
 * The document client that the stores of this folder expect: absent fields are left out instead of refused. Region, credentials and
 * endpoint come from the environment as always with the AWS SDK; `config` overrides.
 *
 * A write whose answer is lost is sent again by the SDK, so a conditional write may be refused because of itself. Where that matters the
 * write carries a mark by which it knows itself again (`newWriteId`); all others are harmless when done twice.
 */
export function createDocumentClient(config: DynamoDBClientConfig = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
    ...config,
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
