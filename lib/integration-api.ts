import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { OpenRoute, PublicApi, Route } from './public-api.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';

/** Just under the 30 s after which an HTTP API gives up. */
const TIMEOUT = Duration.seconds(29);

/** With the account's JWT. */
const ACCOUNT_ROUTES: readonly Route[] = [
  { method: HttpMethod.POST, path: '/v1/xero/connect' },
  { method: HttpMethod.POST, path: '/v1/xero/connect/finish' },
  { method: HttpMethod.GET, path: '/v1/xero/connection' },
  { method: HttpMethod.DELETE, path: '/v1/xero/connection' },
  { method: HttpMethod.GET, path: '/v1/xero/options' },
  { method: HttpMethod.PUT, path: '/v1/xero/organisation' },
  { method: HttpMethod.PUT, path: '/v1/xero/settings' },
];

/** Without it: opened by a browser as a page, which cannot send a bearer token. */
const OPEN_ROUTES: readonly OpenRoute[] = [
  {
    method: HttpMethod.GET,
    path: '/v1/xero/start',
    authenticatedBy:
      'A browser opens this page by itself and cannot send a JWT: the single-use ticket, which only an authorised call gets, stands for it.',
  },
  {
    method: HttpMethod.GET,
    path: '/v1/xero/callback',
    authenticatedBy:
      'Xero redirects the browser here without a JWT: the single-use state, bound to the account and to a first-party cookie, stands for it. Only the code is kept: what connects has a JWT.',
  },
  {
    method: HttpMethod.GET,
    path: '/v1/auth/xero/start',
    authenticatedBy: 'Whoever wants to sign in has no JWT yet; the browser is only sent on to the login page of Xero.',
  },
  {
    method: HttpMethod.GET,
    path: '/v1/auth/xero/callback',
    authenticatedBy:
      'Xero redirects the browser here without a JWT: the single-use state, bound to a first-party cookie, and the checked id_token stand for it.',
  },
  {
    method: HttpMethod.POST,
    path: '/v1/auth/xero/exchange',
    authenticatedBy:
      'Nobody is signed in yet: the single-use code stands for a JWT. It has 256 random bits, lives two minutes, and is sent to pages of GES only.',
  },
];

/** What the Integration Settings page talks to: `integration-api` and its routes. */
export class IntegrationApi extends Construct {
  readonly integrationApi: ServiceFunction;

  constructor(scope: Construct, id: string, { stage, publicApi }: { stage: Stage; publicApi: PublicApi }) {
    super(scope, id);

    this.integrationApi = new ServiceFunction(this, 'IntegrationApi', {
      stage,
      name: 'integration-api',
      description: 'Connect, settings and status for the Integration Settings page; signing in with Xero',
      timeout: TIMEOUT,
      memoryMiB: 1024,
      failedWork: 'API Gateway invokes this function synchronously: the browser gets the error, and the person can try again.',
      environment: {
        XERO_API_BASE_URL: stage.xeroApiBaseUrl,
        XERO_IDENTITY_BASE_URL: stage.xeroIdentityBaseUrl,
        XERO_LOGIN_BASE_URL: stage.xeroLoginBaseUrl,
        PUBLIC_BASE_URL: stage.publicBaseUrl ?? publicApi.api.apiEndpoint,
        SETTINGS_PAGE_URL: stage.settingsPageUrl,
        SIGN_IN_ORIGINS: stage.signInOrigins.join(' '),
      },
    });
    const integration = new HttpLambdaIntegration('IntegrationApi', this.integrationApi.handler);
    publicApi.addRoutes(integration, ACCOUNT_ROUTES);
    publicApi.addOpenRoutes(integration, OPEN_ROUTES);
  }
}
