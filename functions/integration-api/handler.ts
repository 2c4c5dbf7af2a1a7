import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { httpHandler } from '../../shared/runtime/http.ts';
import { createLog } from '../../shared/runtime/log.ts';
import { createCounters, METRIC } from '../../shared/runtime/metrics.ts';
import { serveRoute } from './routes.ts';
import { wireIntegration } from './wiring.ts';

const log = createLog();
const counters = createCounters();
const integration = wireIntegration(log);

/** The Integration API: what the Integration Settings page talks to, and the two pages of the consent. */
export const handler = httpHandler<APIGatewayProxyEventV2WithJWTAuthorizer>(
  { log, onUnexpected: () => counters.count(METRIC.unexpectedError) },
  (request) => serveRoute(integration, request),
);
