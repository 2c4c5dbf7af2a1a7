import type { TableDefinition } from '../../local/aws-edge/dynamodb/tables-from-template.ts';
import { LANES_TO_WAKE_INDEX, LINKS_BY_STATUS_INDEX } from '../../shared/store/keys.ts';

/** The table of the stack: string keys and the two sparse indexes. */
export const TABLE_DEFINITION: Omit<TableDefinition, 'TableName'> = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'wakeShard', AttributeType: 'S' },
    { AttributeName: 'wakeAt', AttributeType: 'N' },
    { AttributeName: 'statusKey', AttributeType: 'S' },
    { AttributeName: 'statusAt', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: LANES_TO_WAKE_INDEX,
      KeySchema: [
        { AttributeName: 'wakeShard', KeyType: 'HASH' },
        { AttributeName: 'wakeAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
    {
      IndexName: LINKS_BY_STATUS_INDEX,
      KeySchema: [
        { AttributeName: 'statusKey', KeyType: 'HASH' },
        { AttributeName: 'statusAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};
