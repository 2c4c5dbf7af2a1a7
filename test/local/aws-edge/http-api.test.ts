import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AwsEdge } from '../../../local/aws-edge/start-aws-edge.ts';
import { startEdge } from './fixture/edge-under-test.ts';
import { lambdaFunction, role, temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';

const API = `
export const handler = async (event) => {
  const mode = event.queryStringParameters?.mode;
  if (mode === 'throw') throw new Error('boom');
  if (mode === 'malformed') return { statusCode: 'many' };
  if (mode === 'plain') return { hello: 'there' };
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 2_000));
  if (mode === 'cookies') return { statusCode: 303, headers: { Location: '/next', 'X-Number': 7 }, cookies: ['a=1; HttpOnly', 'b=2'], body: '' };
  if (mode === 'binary') return { statusCode: 200, headers: { 'content-type': 'image/png' }, isBase64Encoded: true, body: Buffer.from([1, 2, 255]).toString('base64') };
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
};
`;

/** An identity provider with discovery and keys, as API Gateway's JWT authoriser wants it. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    const body = request.url === '/.well-known/openid-configuration' ? { issuer, jwks_uri: `${issuer}/jwks` } : { keys: [jwk] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const token = (claims: object, { audience = 'ges-xero-sync', expires = '5m', key = privateKey, from = issuer } = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(from)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(key);
  return { issuer, token, close: () => server.close() };
}

function route(RouteKey: string, properties: object = { AuthorizationType: 'NONE' }) {
  return {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ApiId: { Ref: 'Api' }, RouteKey, Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] }, ...properties },
  };
}

describe('The HTTP API on the AWS edge', () => {
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let edge: AwsEdge;
  const call = (path: string, init: RequestInit = {}) => fetch(`${edge.apiUrl}${path}`, { redirect: 'manual', ...init });

  beforeAll(async () => {
    issuer = await startIssuer();
    const jwt = { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Authoriser' } };
    const assemblyDir = writeAssembly(
      {
        Role: role,
        Fn: lambdaFunction('api'),
        Api: {
          Type: 'AWS::ApiGatewayV2::Api',
          Properties: {
            Name: 'Api',
            ProtocolType: 'HTTP',
            CorsConfiguration: {
              AllowOrigins: ['https://page.example'],
              AllowMethods: ['GET', 'PUT'],
              AllowHeaders: ['authorization'],
              MaxAge: 60,
            },
          },
        },
        Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true } },
        Integration: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: {
            ApiId: { Ref: 'Api' },
            IntegrationType: 'AWS_PROXY',
            IntegrationUri: { 'Fn::GetAtt': ['Fn', 'Arn'] },
            PayloadFormatVersion: '2.0',
          },
        },
        Impatient: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: {
            ApiId: { Ref: 'Api' },
            IntegrationType: 'AWS_PROXY',
            IntegrationUri: { 'Fn::GetAtt': ['Fn', 'Arn'] },
            PayloadFormatVersion: '2.0',
            TimeoutInMillis: 500,
          },
        },
        Authoriser: {
          Type: 'AWS::ApiGatewayV2::Authorizer',
          Properties: {
            ApiId: { Ref: 'Api' },
            Name: 'Ges',
            AuthorizerType: 'JWT',
            IdentitySource: ['$request.header.Authorization'],
            JwtConfiguration: { Audience: ['ges-xero-sync'], Issuer: issuer.issuer },
          },
        },
        Open: route('POST /webhooks/{kind}'),
        Fixed: route('GET /open'),
        Hasty: route('GET /hasty', { AuthorizationType: 'NONE', Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Impatient' }]] } }),
        Closed: route('GET /v1/xero/connection', jwt),
        Scoped: route('PUT /v1/xero/settings', { ...jwt, AuthorizationScopes: ['xero:write'] }),
      },
      { api: API },
    );
    edge = await startEdge({ assemblyDir, dataDir: temporaryDirectory() });
  });
  afterAll(async () => {
    await edge.close();
    issuer.close();
  });

  it('hands a request to the function in payload format 2.0', async () => {
    const answer = await call('/webhooks/xe%20ro?a=1&a=2&b=', {
      method: 'POST',
      body: '{"é":1}',
      headers: { 'Content-Type': 'application/json', 'X-Xero-Signature': 'abc', Cookie: 'one=1; two=2' },
    });
    const event = (await answer.json()) as Record<string, unknown>;

    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /webhooks/{kind}',
      rawPath: '/webhooks/xe%20ro',
      rawQueryString: 'a=1&a=2&b=',
      queryStringParameters: { a: '1,2', b: '' },
      pathParameters: { kind: 'xe ro' },
      cookies: ['one=1', 'two=2'],
      headers: { 'content-type': 'application/json', 'x-xero-signature': 'abc' },
      body: '{"é":1}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST', path: '/webhooks/xe%20ro', protocol: 'HTTP/1.1' },
        stage: '$default',
        routeKey: 'POST /webhooks/{kind}',
      },
    });
    expect(event['headers']).not.toHaveProperty('cookie');
  });

  it('reads a body that is larger than 10 MB to its end and answers 413: hanging up in the middle would lose the answer', async () => {
    const body = 'x'.repeat(11 * 1024 * 1024);
    for (let attempt = 0; attempt < 15; attempt++) {
      const answer = await call('/webhooks/large', { method: 'POST', body });
      expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 413, body: { message: 'Request Entity Too Large' } });
    }
  });

  it('passes a body that is not text on in base64', async () => {
    const answer = await call('/webhooks/form', {
      method: 'POST',
      body: 'a=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(await answer.json()).toMatchObject({ body: Buffer.from('a=1').toString('base64'), isBase64Encoded: true });
  });

  it('answers status, headers, cookies and binary bodies', async () => {
    const answer = await call('/open?mode=cookies');
    expect({
      status: answer.status,
      location: answer.headers.get('location'),
      number: answer.headers.get('x-number'),
      cookies: answer.headers.getSetCookie(),
    }).toEqual({
      status: 303,
      location: '/next',
      number: '7',
      cookies: ['a=1; HttpOnly', 'b=2'],
    });
    expect(new Uint8Array(await (await call('/open?mode=binary')).arrayBuffer())).toEqual(new Uint8Array([1, 2, 255]));
    const plain = await call('/open?mode=plain');
    expect({ status: plain.status, type: plain.headers.get('content-type'), body: await plain.json() }).toEqual({
      status: 200,
      type: 'application/json',
      body: { hello: 'there' },
    });
  });

  it.each([
    ['/nowhere', 404, 'Not Found'],
    ['/open?mode=throw', 500, 'Internal Server Error'],
    ['/open?mode=malformed', 500, 'Internal Server Error'],
    ['/hasty?mode=slow', 503, 'Service Unavailable'],
    ['/v1/xero/connection', 401, 'Unauthorized'],
  ])('GET %s is answered with %d and API Gateway’s own message', async (path, status, message) => {
    const answer = await call(path);
    expect({ status: answer.status, body: await answer.json() }).toEqual({ status, body: { message } });
  });

  it('lets a good token in and hands its claims on as texts', async () => {
    const token = await issuer.token({ ges_account_id: 'acct_demo', level: 3, roles: ['a', 'b'] });
    const answer = await call('/v1/xero/connection', { headers: { authorization: `Bearer ${token}` } });
    const event = (await answer.json()) as { requestContext: { authorizer: { jwt: unknown } } };
    expect(event.requestContext.authorizer.jwt).toMatchObject({
      claims: { ges_account_id: 'acct_demo', level: '3', roles: '[a b]', iss: issuer.issuer },
      scopes: null,
    });
  });

  it('refuses tokens of another audience, issuer, key, or time', async () => {
    const stranger = (await generateKeyPair('RS256')).privateKey;
    const tokens = await Promise.all([
      issuer.token({}, { audience: 'someone-else' }),
      issuer.token({}, { from: 'http://evil.example' }),
      issuer.token({}, { key: stranger }),
      issuer.token({}, { expires: '-1m' }),
      Promise.resolve('nonsense'),
    ]);
    const answers = await Promise.all(
      tokens.map((token) => call('/v1/xero/connection', { headers: { authorization: `Bearer ${token}` } })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  });

  it('answers 403 when a route’s scope is missing', async () => {
    const statusWith = async (claims: object) =>
      (await call('/v1/xero/settings', { method: 'PUT', headers: { authorization: await issuer.token(claims) } })).status;
    expect(await statusWith({ scope: 'xero:read' })).toBe(403);
    expect(await statusWith({ scope: 'xero:read xero:write' })).toBe(200);
  });

  it('answers preflights itself and adds CORS headers for allowed origins only', async () => {
    const preflight = (origin: string) =>
      call('/v1/xero/connection', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
    const allowed = await preflight('https://page.example');
    expect([
      allowed.status,
      allowed.headers.get('access-control-allow-origin'),
      allowed.headers.get('access-control-allow-methods'),
      allowed.headers.get('access-control-max-age'),
    ]).toEqual([204, 'https://page.example', 'GET,PUT', '60']);
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });
});
