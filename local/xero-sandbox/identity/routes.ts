import type { Exchange } from '../core/exchange.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { authorizeDecision, authorizePage } from './authorize.ts';
import { deleteConnection, listConnections } from './connections.ts';
import { discovery, jwks } from './discovery.ts';
import { revocation, token } from './token-endpoint.ts';

const ROUTES: Readonly<Record<string, (exchange: Exchange) => SandboxAnswer>> = {
  'GET /identity/connect/authorize': authorizePage,
  'POST /identity/connect/authorize': authorizeDecision,
  'POST /connect/token': token,
  'POST /connect/revocation': revocation,
  'GET /.well-known/openid-configuration': discovery,
  'GET /.well-known/openid-configuration/jwks': jwks,
  'GET /connections': listConnections,
};

/** Answers a call to identity or connections; undefined for any other path. */
export function identity(exchange: Exchange): SandboxAnswer | undefined {
  const { method } = exchange.request;
  const path = exchange.url.pathname;
  const connection = /^\/connections\/([^/]+)$/i.exec(path)?.[1];
  if (method === 'DELETE' && connection !== undefined) return deleteConnection(exchange, connection);
  return ROUTES[`${method} ${path === '/Connections' ? '/connections' : path}`]?.(exchange);
}
