import type { AccountingCall } from '../api/call.ts';
import { parameter } from '../api/lists.ts';
import type { DocumentContext } from './context.ts';

/** The context of a document call: the app is the author, unitdp=4 asks for 4 places. */
export function contextOf(call: AccountingCall): DocumentContext {
  return {
    state: call.state,
    organisation: call.organisation,
    now: call.now,
    userName: call.app.name,
    role: call.user.role,
    clientId: call.app.clientId,
    unitPlaces: parameter(call.url.searchParams, 'unitdp') === '4' ? 4 : 2,
  };
}
