import { describe, expect, it } from '@jest/globals';
import { idOf, resourceOf, templateOf } from './stack-under-test.ts';

const dev = templateOf('dev');
const table = resourceOf(dev, 'AWS::DynamoDB::Table', 'StateTable').Properties;

describe('state', () => {
  it('one table, keyed pk and sk, on demand', () => {
    dev.resourceCountIs('AWS::DynamoDB::Table', 1);
    expect(table).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    });
  });

  it('point-in-time recovery, and a customer-managed key that rotates', () => {
    expect(table).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: {
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: { 'Fn::GetAtt': [idOf(dev, 'AWS::KMS::Key', 'StateKey'), 'Arn'] },
      },
    });
    dev.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('login states, tickets and timelines expire by `expiresAt`', () => {
    expect(table).toMatchObject({ TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } });
  });

  it('two sparse indexes of keys only, lanes to wake (a number to sort by) and links by status', () => {
    expect(table['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'lanes-to-wake',
        KeySchema: [
          { AttributeName: 'wakeShard', KeyType: 'HASH' },
          { AttributeName: 'wakeAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'links-by-status',
        KeySchema: [
          { AttributeName: 'statusKey', KeyType: 'HASH' },
          { AttributeName: 'statusAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    expect(table['AttributeDefinitions']).toContainEqual({ AttributeName: 'wakeAt', AttributeType: 'N' });
  });

  it.each([
    ['prod', true, 'Retain'],
    ['dev', false, 'Delete'],
    ['local', false, 'Delete'],
  ])('stage %s: deletion protection %s, and the table and its key: %s', (stage, protectedTable, policy) => {
    const template = templateOf(stage);
    expect(resourceOf(template, 'AWS::DynamoDB::Table', 'StateTable')).toMatchObject({
      DeletionPolicy: policy,
      Properties: { DeletionProtectionEnabled: protectedTable },
    });
    expect(resourceOf(template, 'AWS::KMS::Key', 'StateKey').DeletionPolicy).toBe(policy);
  });
});
