import type { SandboxState } from '../core/state.ts';
import type { App, AppTier } from './records.ts';

/** Connections an app may have by its tier. */
const CONNECTION_LIMIT: Readonly<Record<AppTier, number>> = { starter: 5, core: 50, plus: 1_000 };
/** Uncertified apps an organisation may connect. */
const UNCERTIFIED_LIMIT = 2;

/** Why the app may not connect to one more organisation, or undefined when it may. */
export function connectionRefusal(state: SandboxState, app: App, tenantId: string): string | undefined {
  const connected = state.connections.by('tenant', tenantId);
  if (connected.some(({ clientId }) => clientId === app.clientId)) return undefined;
  const uncertified = new Set(
    connected.map(({ clientId }) => clientId).filter((clientId) => state.apps.get(clientId)?.certified === false),
  );
  if (!app.certified && uncertified.size >= UNCERTIFIED_LIMIT) {
    return `This organisation is already connected to ${String(UNCERTIFIED_LIMIT)} uncertified apps.`;
  }
  const own = new Set([...state.connections.values()].filter(({ clientId }) => clientId === app.clientId).map((row) => row.tenantId));
  const limit = CONNECTION_LIMIT[app.tier];
  return own.size >= limit ? `This app has reached its limit of ${String(limit)} connections.` : undefined;
}
