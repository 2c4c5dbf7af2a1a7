import type { StackProps } from 'aws-cdk-lib';
import { CfnOutput, Stack as CdkStack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LANES_TO_WAKE_INDEX, LINKS_BY_STATUS_INDEX } from '../shared/store/keys.ts';
import { Ingest } from './ingest.ts';
import { IntegrationApi } from './integration-api.ts';
import { Lanes } from './lanes.ts';
import { Observability } from './observability.ts';
import { Operations } from './operations.ts';
import { PublicApi } from './public-api.ts';
import { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';
import { State } from './state.ts';
import { Webhooks } from './webhooks.ts';

export interface SyncStackProps extends StackProps {
  readonly stage: Stage;
}

/**
 * The whole service in one stage. The constructs declare what exists; this file alone says who may use what, so that
 * the permissions of all functions can be read on one page.
 */
export class SyncStack extends CdkStack {
  constructor(scope: Construct, id: string, { stage, ...props }: SyncStackProps) {
    super(scope, id, props);

    const state = new State(this, 'State', { stage });
    const secrets = new Secrets(this, 'Secrets', { stage });
    const ingest = new Ingest(this, 'Ingest', { stage });
    const lanes = new Lanes(this, 'Lanes', { stage });
    const publicApi = new PublicApi(this, 'PublicApi', { stage });
    const { xeroWebhooks } = new Webhooks(this, 'Webhooks', { stage, publicApi });
    const { integrationApi } = new IntegrationApi(this, 'IntegrationApi', { stage, publicApi });
    const operations = new Operations(this, 'Operations', { stage });
    const { gesEvents } = ingest;
    const { syncLane } = lanes;
    const { bulkSync, sweep } = operations;

    // Ingress: reads the connection or tenant, puts to the inbox, rings.
    state.allow(gesEvents, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    state.allow(xeroWebhooks, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    secrets.allowXeroApp(xeroWebhooks);
    gesEvents.allow(['sqs:SendMessage'], [ingest.deadLetters.queueArn]);

    // The lane: the only writer of links.
    state.allow(syncLane, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem');
    state.allowIndex(syncLane, LINKS_BY_STATUS_INDEX);
    secrets.allowXeroApp(syncLane);
    secrets.allowGesApi(syncLane);
    secrets.allowXeroTokens(syncLane, 'GetSecretValue', 'PutSecretValue');

    // The settings page: only connecting makes token secrets.
    state.allow(integrationApi, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    secrets.allowXeroApp(integrationApi);
    secrets.allowXeroTokens(integrationApi, 'CreateSecret', 'GetSecretValue', 'PutSecretValue', 'DeleteSecret');

    // Support starts runs; the sweep finishes what was left: token refreshes, disconnects.
    state.allow(bulkSync, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
    state.allow(sweep, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    state.allowIndex(sweep, LANES_TO_WAKE_INDEX);
    secrets.allowXeroApp(sweep);
    secrets.allowXeroTokens(sweep, 'GetSecretValue', 'PutSecretValue', 'DeleteSecret');

    for (const fn of [gesEvents, xeroWebhooks, syncLane, integrationApi, bulkSync, sweep]) lanes.allowRinging(fn);
    ingest.allowPublishing(syncLane);

    new Observability(this, 'Observability', { stage, ingest, lanes, operations, publicApi, xeroWebhooks, integrationApi });

    new CfnOutput(this, 'ApiUrl', { value: publicApi.api.apiEndpoint, description: 'HTTP API: webhooks and Integration API' });
    new CfnOutput(this, 'EventBusName', { value: ingest.bus.eventBusName, description: 'Bus the GES platform puts its changes on' });
    new CfnOutput(this, 'TableName', { value: state.table.tableName, description: 'Sync state' });
    new CfnOutput(this, 'LaneQueueUrl', { value: lanes.queue.queueUrl, description: 'Doorbells' });
    new CfnOutput(this, 'LaneDeadLettersUrl', { value: lanes.deadLetters.queueUrl, description: 'Doorbells that failed' });
    new CfnOutput(this, 'EventDeadLettersUrl', { value: ingest.deadLetters.queueUrl, description: 'GES events that failed or do not fit' });
    new CfnOutput(this, 'OperationsDeadLettersUrl', { value: operations.deadLetters.queueUrl, description: 'Sweeps that failed' });
    new CfnOutput(this, 'BulkSyncFunctionName', { value: bulkSync.handler.functionName, description: 'Support invokes this' });
    new CfnOutput(this, 'XeroAppSecretArn', { value: secrets.xeroApp.secretArn, description: 'Fill in after the first deployment' });
    new CfnOutput(this, 'GesApiSecretArn', { value: secrets.gesApi.secretArn, description: 'Fill in after the first deployment' });
  }
}
