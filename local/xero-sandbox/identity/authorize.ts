import { formOf, type Exchange } from '../core/exchange.ts';
import { answer, htmlAnswer, type SandboxAnswer } from '../core/messages.ts';
import { connectionRefusal } from './connection-limits.ts';
import { keyOf } from '../core/state.ts';
import { consentPage, errorPage } from './consent-page.ts';
import { grantConnection } from './connections.ts';
import type { App, XeroUser } from './records.ts';
import { isChallengeUsable } from './clients.ts';
import { isOrganisationScope, reachesOrganisation, refusedScope } from './scopes.ts';

/** A code dies 5 minutes after issue. */
export const CODE_MS = 5 * 60_000;

interface Demand {
  /** `acr_values=bulk_connect:false` switches bulk connections off for this consent. */
  several: boolean;
  app: App;
  redirectUri: string;
  scopes: string[];
  state: string | undefined;
  nonce: string | undefined;
  challenge: string | undefined;
}

/** The checks that come before any page: a wrong client or redirect_uri is never redirected to. */
function demandOf({ state, now }: Exchange, params: URLSearchParams): Demand | SandboxAnswer {
  const app = state.apps.get(params.get('client_id') ?? '');
  if (app === undefined) return htmlAnswer(400, errorPage('unauthorized_client', 'Unknown client_id.'));
  const redirectUri = params.get('redirect_uri') ?? '';
  if (!app.redirectUris.includes(redirectUri)) {
    return htmlAnswer(400, errorPage('invalid_request', 'redirect_uri must match a registered one exactly.'));
  }
  if (params.get('response_type') !== 'code') {
    return htmlAnswer(400, errorPage('unsupported_response_type', 'response_type must be code.'));
  }
  const scopes = (params.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
  if (scopes.length === 0) return htmlAnswer(400, errorPage('invalid_scope', 'scope is missing.'));
  const refused = refusedScope(scopes, app, now);
  if (refused !== undefined) return htmlAnswer(400, errorPage('unauthorized_client', `Invalid scope for client: ${refused}`));
  const challenge = params.get('code_challenge') ?? undefined;
  if (!isChallengeUsable(params)) return htmlAnswer(400, errorPage('invalid_request', 'code_challenge_method must be S256.'));
  const several = app.bulkConnections && !(params.get('acr_values') ?? '').split(' ').includes('bulk_connect:false');
  const nonce = params.get('nonce') ?? undefined;
  return { several, app, redirectUri, scopes, state: params.get('state') ?? undefined, nonce, challenge };
}

const isAnswer = (value: Demand | SandboxAnswer): value is SandboxAnswer => 'status' in value;

/** GET /identity/connect/authorize: the consent page. */
export function authorizePage(exchange: Exchange): SandboxAnswer {
  const demand = demandOf(exchange, exchange.url.searchParams);
  if (isAnswer(demand)) return demand;
  const { state, url } = exchange;
  const html = consentPage({
    appName: demand.app.name,
    scopes: demand.scopes,
    hidden: [...url.searchParams],
    users: state.usersInOrder(),
    organisations: reachesOrganisation(demand.scopes) ? state.organisationsInOrder() : [],
    several: demand.several,
  });
  return htmlAnswer(200, html, { 'x-frame-options': 'DENY', 'content-security-policy': "frame-ancestors 'none'" });
}

/**
 * POST /identity/connect/authorize: the decision. Form fields: those of the query (client_id, redirect_uri, response_type, scope, state),
 * `decision` allow | cancel, `user` (userId or e-mail; default the first), `organisation` (tenantId, repeatable for an app with bulk
 * connections; default the user's first). Redirects to redirect_uri.
 */
export function authorizeDecision(exchange: Exchange): SandboxAnswer {
  const { state, now } = exchange;
  const form = formOf(exchange.request) ?? new URLSearchParams();
  const demand = demandOf(exchange, form);
  if (isAnswer(demand)) return demand;
  if (form.get('decision') !== 'allow') {
    return back(demand, { error: 'access_denied', error_description: 'The resource owner or authorization server denied the request.' });
  }
  const user = userOf(exchange, form.get('user'));
  if (user === undefined) return htmlAnswer(400, errorPage('login_failed', 'There is no such Xero user.'));
  const chosen = reachesOrganisation(demand.scopes) ? organisationsOf(demand, user, form) : [];
  if (chosen === undefined) {
    return htmlAnswer(400, errorPage('no_organisation', 'Choose one organisation that this user may open.'));
  }
  const refusal = chosen.map((tenantId) => connectionRefusal(state, demand.app, tenantId)).find((reason) => reason !== undefined);
  if (refusal !== undefined) return htmlAnswer(400, errorPage('connection_limit', refusal));
  const authEventId = state.newGuid();
  for (const tenantId of chosen) grantConnection(exchange, demand.app.clientId, user.userId, tenantId, authEventId);
  const { code } = state.codes.put({
    clientId: demand.app.clientId,
    userId: user.userId,
    scopes: grantedScopes(exchange, demand, user),
    authEventId,
    authTime: now,
    code: state.newToken(),
    redirectUri: demand.redirectUri,
    nonce: demand.nonce,
    challenge: demand.challenge,
    expires: now + CODE_MS,
    used: false,
  });
  return back(demand, { code, scope: demand.scopes.join(' ') });
}

/** Consents to organisation scopes add up; none is taken away by asking for less. */
function grantedScopes({ state }: Exchange, { app, scopes }: Demand, user: XeroUser): string[] {
  if (!reachesOrganisation(scopes)) return scopes;
  const grant = keyOf(app.clientId, user.userId);
  const tokens = [...state.refreshTokens.by('grant', grant), ...state.accessTokens.by('grant', grant)];
  const earlier = tokens.flatMap((token) => token.scopes);
  return [...new Set([...scopes, ...earlier.filter(isOrganisationScope)])];
}

function userOf({ state }: Exchange, named: string | null): XeroUser | undefined {
  const users = state.usersInOrder();
  return named === null || named === '' ? users[0] : users.find((user) => user.userId === named || user.email === named);
}

/** One organisation per consent unless the app has bulk connections. */
function organisationsOf(demand: Demand, user: XeroUser, form: URLSearchParams): string[] | undefined {
  const named = form.getAll('organisation').filter((tenantId) => tenantId !== '');
  const chosen = named.length > 0 ? named : user.tenantIds.slice(0, 1);
  const allowed = chosen.length > 0 && chosen.every((tenantId) => user.tenantIds.includes(tenantId));
  return allowed && (chosen.length === 1 || demand.several) ? chosen : undefined;
}

function back(demand: Demand, params: Record<string, string>): SandboxAnswer {
  const target = new URL(demand.redirectUri);
  for (const [name, value] of Object.entries(params)) target.searchParams.set(name, value);
  if (demand.state !== undefined) target.searchParams.set('state', demand.state);
  return answer(302, { location: target.href }, '');
}
