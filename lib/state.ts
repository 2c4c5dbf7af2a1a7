import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { LANES_TO_WAKE_INDEX, LINKS_BY_STATUS_INDEX } from '../shared/store/keys.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';

/** Actions on items; a transaction needs those of its operations. Nobody finds work by scanning. */
export type ItemAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem';

export type IndexName = typeof LANES_TO_WAKE_INDEX | typeof LINKS_BY_STATUS_INDEX;

/**
 * What a caller needs of the table's key for DynamoDB to decrypt and encrypt on its behalf: AWS's list for DynamoDB
 * with `ReEncrypt*` and `GenerateDataKey*` spelt out.
 */
const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Everything the service remembers: one table, its two sparse indexes, its own key. */
export class State extends Construct {
  readonly table: Table;
  readonly key: Key;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const removalPolicy = stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.key = new Key(this, 'Key', {
      description: `Encrypts the sync state of ges-xero-${stage.name}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: stage.keepData,
      removalPolicy,
    });
    // Only the keys: renewing a lease every 5 s must not write the index too.
    this.table.addGlobalSecondaryIndex({
      indexName: LANES_TO_WAKE_INDEX,
      partitionKey: { name: 'wakeShard', type: AttributeType.STRING },
      sortKey: { name: 'wakeAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: LINKS_BY_STATUS_INDEX,
      partitionKey: { name: 'statusKey', type: AttributeType.STRING },
      sortKey: { name: 'statusAt', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** Allows a function these actions on the table itself (never on an index), and tells it the table's name. */
  allow(fn: ServiceFunction, ...actions: readonly ItemAction[]): void {
    fn.setEnvironment('TABLE_NAME', this.table.tableName);
    fn.allow(
      actions.map((action) => `dynamodb:${action}`),
      [this.table.tableArn],
    );
    fn.allow(KEY_ACTIONS, [this.key.keyArn]);
  }

  /** Allows a function to query one index. */
  allowIndex(fn: ServiceFunction, index: IndexName): void {
    fn.allow(['dynamodb:Query'], [`${this.table.tableArn}/index/${index}`]);
  }
}
