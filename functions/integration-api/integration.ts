import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { ConnectionDeps } from '../../shared/connection/deps.ts';
import type { HttpRequest } from '../../shared/runtime/http.ts';

/** What every route of the Integration API is handed. */
export interface Integration {
  readonly deps: ConnectionDeps;
  /** Where a browser reaches this API, without a slash at its end. */
  readonly publicBaseUrl: string;
  /** The Integration Settings page. */
  readonly settingsPageUrl: string;
  /** Origins of GES to which a sign-in with Xero may return. */
  readonly signInOrigins: readonly string[];
}
export type IntegrationRequest = HttpRequest<APIGatewayProxyEventV2WithJWTAuthorizer>;
