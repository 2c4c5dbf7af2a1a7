import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { PublicApi, Route, Throttle } from './public-api.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';

/** Xero waits 5 s for the answer, so a longer run could only answer nobody. */
const XERO_WAITS = Duration.seconds(5);

/** Requests a second: somebody who floods this address does not use up what the settings page has. */
const WEBHOOK_THROTTLE: Throttle = { rateLimit: 200, burstLimit: 400 };

/** Where Xero sends its webhooks. */
export const WEBHOOK_ROUTE: Route = { method: HttpMethod.POST, path: '/webhooks/xero' };

/** News from Xero: `POST /webhooks/xero`, signed by Xero. */
export class Webhooks extends Construct {
  readonly xeroWebhooks: ServiceFunction;

  constructor(scope: Construct, id: string, { stage, publicApi }: { stage: Stage; publicApi: PublicApi }) {
    super(scope, id);

    this.xeroWebhooks = new ServiceFunction(this, 'XeroWebhooks', {
      stage,
      name: 'xero-webhooks',
      description: "Checks the signature of Xero's webhooks and takes their news into the inbox",
      timeout: XERO_WAITS,
      memoryMiB: 512,
      // Set aside, so that a bulk run of many accounts at once cannot make Xero's webhooks wait.
      reservedConcurrency: stage.webhookConcurrency,
      failedWork: 'API Gateway invokes this function synchronously: Xero sees the failure and sends the webhook again for 24 hours.',
    });
    publicApi.addOpenRoutes(new HttpLambdaIntegration('XeroWebhooks', this.xeroWebhooks.handler), [
      {
        ...WEBHOOK_ROUTE,
        authenticatedBy:
          'Xero sends no token: the function checks the HMAC signature over the raw body in constant time before it reads it.',
      },
    ]);
    publicApi.throttle(WEBHOOK_ROUTE, WEBHOOK_THROTTLE);
  }
}
