import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { LOCAL_STAGE, type LocalStack } from '../../local/stack.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';

type Place = Pick<LocalStack, 'awsUrl' | 'tableName'>;

/** What any AWS SDK client needs to talk to the local edge: nothing but its address. */
export function localAws({ awsUrl }: Pick<Place, 'awsUrl'>) {
  return { endpoint: awsUrl, region: 'eu-west-2', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

/** An item of the table, with its keys. */
export interface StoredItem extends Readonly<Record<string, unknown>> {
  readonly pk: string;
  readonly sk: string;
}

/** Everything in the table, strongly consistent. */
export async function itemsOf(place: Place): Promise<readonly StoredItem[]> {
  const client = createDocumentClient(localAws(place));
  try {
    const items: StoredItem[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const scan = new ScanCommand({ TableName: place.tableName, ConsistentRead: true, ExclusiveStartKey: start });
      const { Items = [], LastEvaluatedKey } = await client.send(scan);
      items.push(...(Items as StoredItem[]));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  } finally {
    client.destroy();
  }
}

/** How an invocation of the bulk-sync Lambda ended. */
export interface Invoked {
  /** What it answered, or Lambda's error document. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** Invokes the bulk-sync Lambda as support does (contracts §5), with whatever is given. */
export async function invokeBulkSync(place: Place, request: unknown): Promise<Invoked> {
  const lambda = new LambdaClient(localAws(place));
  try {
    const Payload = Buffer.from(JSON.stringify(request));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: `ges-xero-${LOCAL_STAGE}-bulk-sync`, Payload }));
    const payload = JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) as Invoked['payload'];
    return { payload, failed: answer.FunctionError !== undefined };
  } finally {
    lambda.destroy();
  }
}
