import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';

export type TokenSecretAction = 'CreateSecret' | 'GetSecretValue' | 'PutSecretValue' | 'DeleteSecret';

/**
 * The secrets: the Xero app, the GES platform API, and the place of one secret per Xero user, which the
 * functions create at run time. Nothing in the template is a secret: the operator fills the first two in after the
 * first deployment (docs/runbook.md). Until then they hold empty client ids, and a random webhook key, so that nobody
 * can sign a webhook with a value known from this file.
 */
export class Secrets extends Construct {
  readonly xeroApp: Secret;
  readonly gesApi: Secret;
  /** Name prefix of the secrets with a Xero user's tokens. */
  readonly xeroTokensPrefix: string;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const removalPolicy = stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.xeroApp = new Secret(this, 'XeroApp', {
      description: 'Xero app of the developer portal: clientId, clientSecret, webhookKey',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ clientId: '', clientSecret: '' }),
        generateStringKey: 'webhookKey',
      },
      removalPolicy,
    });
    this.gesApi = new Secret(this, 'GesApi', {
      description: 'Our client of the GES platform API: clientId, clientSecret',
      generateSecretString: { secretStringTemplate: JSON.stringify({ clientId: '' }), generateStringKey: 'clientSecret' },
      removalPolicy,
    });
    this.xeroTokensPrefix = `${stackName(stage.name)}/xero-user/`;

    Validations.of(this.xeroApp).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        "The client secret and the webhook key are made in Xero's developer portal, which has no API to rotate them; docs/runbook.md says how.",
    });
    Validations.of(this.gesApi).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The GES identity provider issues this client secret and rotates it on its own side; docs/runbook.md says how to store the new one.',
    });
  }

  /** Allows a function to read the Xero app's secret. */
  allowXeroApp(fn: ServiceFunction): void {
    fn.setEnvironment('XERO_APP_SECRET_ARN', this.xeroApp.secretArn);
    fn.allow(['secretsmanager:GetSecretValue'], [this.xeroApp.secretArn]);
  }

  /** Allows a function to read our client secret of the GES platform API. */
  allowGesApi(fn: ServiceFunction): void {
    fn.setEnvironment('GES_API_SECRET_ARN', this.gesApi.secretArn);
    fn.allow(['secretsmanager:GetSecretValue'], [this.gesApi.secretArn]);
  }

  /** Allows a function these actions on the Xero users' token secrets, and on no other secret. */
  allowXeroTokens(fn: ServiceFunction, ...actions: readonly TokenSecretAction[]): void {
    const secrets = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${this.xeroTokensPrefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    fn.setEnvironment('XERO_TOKENS_SECRET_PREFIX', this.xeroTokensPrefix);
    fn.allow(
      actions.map((action) => `secretsmanager:${action}`),
      [secrets],
    );
    fn.acknowledge(
      `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.xeroTokensPrefix}*]`,
      'One secret per Xero user is created at run time, so that only their common name prefix can be named here.',
    );
  }
}
