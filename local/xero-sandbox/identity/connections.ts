import type { Exchange } from '../core/exchange.ts';
import { answer, jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { keyOf } from '../core/state.ts';
import { authenticate, unauthorized } from './bearer.ts';
import type { Connection, Grant } from './records.ts';

/** Makes or renews the connection of app, user and organisation; renewing moves updatedDateUtc only. */
export function grantConnection(
  { state, now }: Exchange,
  clientId: string,
  userId: string,
  tenantId: string,
  authEventId: string,
): Connection {
  const held = state.connections.first('holder', keyOf(clientId, userId, tenantId));
  if (held !== undefined) return state.connections.put({ ...held, authEventId, updated: now });
  return state.connections.put({ id: state.newGuid(), clientId, userId, tenantId, authEventId, created: now, updated: now });
}

/** An instant as /connections writes it: 7 fractional digits, no Z. */
function sevenDigits(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000`;
}

/** Whether the token may see the connection: its user's, or with an app token all of the app's. */
function isOwn({ clientId, userId }: Connection, grant: Grant): boolean {
  return clientId === grant.clientId && (grant.userId === '' || userId === grant.userId);
}

/** GET /connections[?authEventId=]: bearer only, no tenant header. */
export function listConnections(exchange: Exchange): SandboxAnswer {
  const grant = authenticate(exchange);
  if ('status' in grant) return grant;
  const { state, url } = exchange;
  const authEventId = url.searchParams.get('authEventId');
  const connections = [...state.connections.values()]
    .filter((connection) => isOwn(connection, grant))
    .filter((connection) => authEventId === null || connection.authEventId === authEventId)
    .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  return jsonAnswer(
    200,
    connections.map((connection) => ({
      id: connection.id,
      authEventId: connection.authEventId,
      tenantId: connection.tenantId,
      tenantType: 'ORGANISATION',
      tenantName: state.organisations.get(connection.tenantId)?.name ?? '',
      createdDateUtc: sevenDigits(connection.created),
      updatedDateUtc: sevenDigits(connection.updated),
    })),
  );
}

/** DELETE /connections/{id}: 204, or 404 for an id that is not this user's. */
export function deleteConnection(exchange: Exchange, id: string): SandboxAnswer {
  const grant = authenticate(exchange);
  if ('status' in grant) return grant;
  const connection = exchange.state.connections.get(id);
  if (connection === undefined || !isOwn(connection, grant))
    return unauthorized(exchange, 404, 'Not Found', `Connection with ID ${id} not found`);
  exchange.state.connections.delete(id);
  return answer(204, {}, '');
}
