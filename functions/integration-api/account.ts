import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod';
import { HttpProblem } from '../../shared/runtime/problem.ts';

/** An account id becomes part of a key of the table, whose parts "#" separates. */
const authorised = z.object({ jwt: z.object({ claims: z.object({ ges_account_id: z.string().regex(/^[\w.:-]{1,100}$/) }) }) });
const named = z.object({ jwt: z.object({ claims: z.object({ ges_account_name: z.string().trim().min(1).max(200) }) }) });

/** The account that the checked JWT names: nobody can name another. Throws HttpProblem 401. */
export function accountOf(event: APIGatewayProxyEventV2WithJWTAuthorizer): string {
  const checked = authorised.safeParse(event.requestContext.authorizer);
  if (checked.success) return checked.data.jwt.claims.ges_account_id;
  throw new HttpProblem({
    status: 401,
    code: 'no-account',
    title: 'The token names no account',
    detail: 'Sign in to Gas Engineer Software again: the token has no usable claim ges_account_id.',
  });
}

/** Name of the business as the JWT says; undefined when it says none. Our start page shows it. */
export function businessNameOf(event: APIGatewayProxyEventV2WithJWTAuthorizer): string | undefined {
  return named.safeParse(event.requestContext.authorizer).data?.jwt.claims.ges_account_name;
}
