import { z } from 'zod';
import type { StackResource, StackTemplate } from '../template/stack-template.ts';
import type { CorsConfiguration } from './cors.ts';
import { corsConfiguration } from './cors.ts';
import type { RoutePattern } from './route-pattern.ts';
import { parseRouteKey } from './route-pattern.ts';

const api = {
  Name: z.string(),
  ProtocolType: z.literal('HTTP'),
  DisableExecuteApiEndpoint: z.literal(false).optional(),
  CorsConfiguration: corsConfiguration.optional(),
};
const apiIgnored = { Description: '', Tags: '' };

const integration = {
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().int().min(50).max(30_000).default(30_000),
};
const integrationIgnored = { IntegrationMethod: '', Description: '', CredentialsArn: 'permissions: every caller may do everything' };

const route = {
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).optional(),
};

const authorizer = {
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.strictObject({ Audience: z.array(z.string()).min(1), Issuer: z.url() }),
};

const stage = { ApiId: z.string(), StageName: z.literal('$default'), AutoDeploy: z.literal(true) };
const stageIgnored = {
  AccessLogSettings: 'access logs of the HTTP API',
  DefaultRouteSettings: 'throttling and metrics of the HTTP API',
  RouteSettings: 'throttling and metrics of the HTTP API',
  Description: '',
  Tags: '',
};

export interface JwtAuthorizerDefinition {
  readonly issuer: string;
  readonly audience: readonly string[];
}

export interface ApiRoute {
  readonly pattern: RoutePattern;
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly authorizer: JwtAuthorizerDefinition | undefined;
  /** Any one of these scopes lets a token in; none are asked for when empty. */
  readonly scopes: readonly string[];
}

export interface HttpApiDefinition {
  readonly apiId: string;
  readonly cors: CorsConfiguration | undefined;
  readonly routes: readonly ApiRoute[];
}

/** The template's HTTP API; undefined when it has none. Throws when it has two, or for a feature that is not emulated. */
export function httpApiFromTemplate(template: StackTemplate): HttpApiDefinition | undefined {
  const [resource, second] = template.ofType('AWS::ApiGatewayV2::Api');
  if (resource === undefined) return undefined;
  if (second !== undefined) throw new Error(`${second.label}: the AWS edge runs one HTTP API, and ${resource.label} is one already.`);
  const { CorsConfiguration } = template.read(resource, api, apiIgnored);
  for (const item of template.ofType('AWS::ApiGatewayV2::Stage')) template.read(item, stage, stageIgnored);
  return {
    apiId: resource.logicalId,
    cors: CorsConfiguration,
    routes: template.ofType('AWS::ApiGatewayV2::Route').map((item) => readRoute(template, item)),
  };
}

function readRoute(template: StackTemplate, resource: StackResource): ApiRoute {
  const { RouteKey, Target, AuthorizationType, AuthorizerId, AuthorizationScopes = [] } = template.read(resource, route);
  const target = referred(template, resource, 'AWS::ApiGatewayV2::Integration', Target.replace(/^integrations\//, ''));
  const { IntegrationUri, TimeoutInMillis } = template.read(target, integration, integrationIgnored);
  return {
    pattern: parseRouteKey(RouteKey, resource.label),
    functionName: referred(template, target, 'AWS::Lambda::Function', functionArn(IntegrationUri)).name,
    timeoutMs: TimeoutInMillis,
    authorizer: AuthorizationType === 'NONE' ? undefined : readAuthorizer(template, resource, AuthorizerId ?? ''),
    scopes: AuthorizationScopes,
  };
}

function readAuthorizer(template: StackTemplate, routeResource: StackResource, id: string): JwtAuthorizerDefinition {
  const { JwtConfiguration } = template.read(referred(template, routeResource, 'AWS::ApiGatewayV2::Authorizer', id), authorizer);
  return { issuer: JwtConfiguration.Issuer, audience: JwtConfiguration.Audience };
}

/** An integration names a function by its ARN, alone or inside API Gateway's `…/functions/<arn>/invocations`. */
function functionArn(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

function referred(template: StackTemplate, from: StackResource, type: string, reference: string): StackResource {
  const found = template.find(type, reference);
  if (found === undefined) throw new Error(`${from.label}: it refers to ${reference}, which is no ${type} of this stack.`);
  return found;
}
