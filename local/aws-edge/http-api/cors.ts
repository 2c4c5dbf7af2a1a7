import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

/** CORS of an HTTP API, as the template has it. */
export const corsConfiguration = z.strictObject({
  AllowOrigins: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowHeaders: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  AllowCredentials: z.coerce.boolean().default(false),
  MaxAge: z.coerce.number().int().optional(),
});

export type CorsConfiguration = z.output<typeof corsConfiguration>;

/** Whether API Gateway answers this request itself, with 204 and {@link corsHeaders}. */
export function isPreflight(request: IncomingMessage): boolean {
  return (
    request.method === 'OPTIONS' && request.headers.origin !== undefined && request.headers['access-control-request-method'] !== undefined
  );
}

/** The headers API Gateway adds to an answer; none for an origin that is not allowed. It drops the function's own CORS headers. */
export function corsHeaders(configuration: CorsConfiguration, request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  const { AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders, AllowCredentials, MaxAge } = configuration;
  const anyOrigin = AllowOrigins.includes('*');
  if (origin === undefined || !(anyOrigin || AllowOrigins.includes(origin))) return {};
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    ...(AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(ExposeHeaders.length > 0 ? { 'access-control-expose-headers': ExposeHeaders.join(',') } : {}),
    ...(isPreflight(request)
      ? {
          'access-control-allow-methods': AllowMethods.join(','),
          'access-control-allow-headers': AllowHeaders.join(','),
          ...(MaxAge === undefined ? {} : { 'access-control-max-age': String(MaxAge) }),
        }
      : {}),
  };
}
