import { z } from 'zod';
import type { StackTemplate } from '../template/stack-template.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const index = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']), NonKeyAttributes: z.array(z.string()).optional() }),
});

const honoured = {
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(index).optional(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
};

const ignored = {
  TimeToLiveSpecification: 'time to live: expired items stay',
  PointInTimeRecoverySpecification: 'point-in-time recovery',
  SSESpecification: 'encryption at rest',
  DeletionProtectionEnabled: 'deletion protection',
  Tags: '',
};

/** A CreateTable request of DynamoDB, straight from the template. */
export type TableDefinition = Omit<z.output<z.ZodObject<typeof honoured>>, 'TableName'> & { readonly TableName: string };

export function tablesFromTemplate(template: StackTemplate): readonly TableDefinition[] {
  return template
    .ofType('AWS::DynamoDB::Table')
    .map((resource) => ({ ...template.read(resource, honoured, ignored), TableName: resource.name }));
}
