import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { CfnStage, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { CorsHttpMethod, HttpApi, HttpRoute, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from './stage.ts';

export interface Route {
  readonly method: HttpMethod;
  readonly path: string;
}

/** A route without the JWT authoriser must say what takes its place. */
export interface OpenRoute extends Route {
  readonly authenticatedBy: string;
}

export interface Throttle {
  /** Requests a second. */
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Over all accounts and routes. */
const THROTTLE: Throttle = { rateLimit: 500, burstLimit: 1000 };

/** API Gateway's name of the stage that is served without a path of its own. */
const STAGE_NAME = '$default';

/** No query strings and no headers: consent codes, tickets and tokens travel there. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    method: '$context.httpMethod',
    route: '$context.routeKey',
    status: '$context.status',
    protocol: '$context.protocol',
    responseLength: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    integrationError: '$context.integrationErrorMessage',
    authorizerError: '$context.authorizer.error',
    sourceIp: '$context.identity.sourceIp',
  }),
);

/** The one HTTP API: Xero's webhooks and the Integration API, with the JWT authoriser of the GES identity provider. */
export class PublicApi extends Construct {
  readonly api: HttpApi;
  private readonly jwt: HttpJwtAuthorizer;
  private readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);

    this.api = new HttpApi(this, 'HttpApi', {
      description: 'Xero webhooks and the Integration API',
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [new URL(stage.settingsPageUrl).origin],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
        allowHeaders: ['authorization', 'content-type'],
        maxAge: Duration.hours(1),
      },
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: stage.logRetentionDays,
      removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'DefaultStage', {
      httpApi: this.api,
      stageName: STAGE_NAME,
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: THROTTLE,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: ACCESS_LOG_FORMAT },
    });
    this.jwt = new HttpJwtAuthorizer('GesIdentityProvider', stage.jwtIssuer, { jwtAudience: [stage.jwtAudience] });
  }

  /**
   * Answers that say that we failed (5xx, time-out, throttled), of one route or of all. HTTP APIs count by route because the stage has
   * detailed metrics on.
   */
  serverErrors(period: Duration, route?: Route): Metric {
    const ofRoute = route === undefined ? {} : { Stage: STAGE_NAME, Method: route.method, Resource: route.path };
    const dimensionsMap = { ApiId: this.api.apiId, ...ofRoute };
    return new Metric({ namespace: 'AWS/ApiGateway', metricName: '5xx', dimensionsMap, statistic: 'Sum', period });
  }

  /** Sends routes to a function; only requests with a valid JWT of the GES identity provider get that far. */
  addRoutes(integration: HttpLambdaIntegration, routes: readonly Route[]): void {
    for (const { method, path } of routes) this.api.addRoutes({ path, methods: [method], integration, authorizer: this.jwt });
  }

  /** Gives a route, which must have been added, a limit of its own. */
  throttle(route: Route, { rateLimit, burstLimit }: Throttle): void {
    const stage = this.stage.node.defaultChild as CfnStage;
    const settings = { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit, DetailedMetricsEnabled: true };
    stage.routeSettings = { ...(stage.routeSettings as object | undefined), [`${route.method} ${route.path}`]: settings };
    // API Gateway refuses settings of a route that does not exist yet.
    for (const added of this.api.node.findAll())
      if (added instanceof HttpRoute && added.path === route.path) stage.node.addDependency(added);
  }

  /** Sends routes to a function without the JWT authoriser. */
  addOpenRoutes(integration: HttpLambdaIntegration, routes: readonly OpenRoute[]): void {
    for (const { method, path, authenticatedBy } of routes) {
      for (const route of this.api.addRoutes({ path, methods: [method], integration })) {
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: authenticatedBy });
      }
    }
  }
}
