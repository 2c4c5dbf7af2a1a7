import type { Exchange } from '../core/exchange.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { jsonAnswer } from '../core/messages.ts';
import { guidFrom } from '../core/guids.ts';
import type { App, XeroUser } from '../identity/records.ts';
import type { Organisation } from '../settings/records.ts';
import { xeroDate } from './dates.ts';
import type { Pagination } from './lists.ts';

/** One admitted call to the Accounting API. */
export interface AccountingCall extends Exchange {
  app: App;
  user: XeroUser;
  organisation: Organisation;
  /** Parts of the path that the route left open, in order. */
  params: readonly string[];
}

/** A route of the Accounting API; `{}` in the pattern is one open part. */
export interface Route {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Without the base path, for example `Contacts/{}/History`. */
  pattern: string;
  /** The scope `accounting.<area>` or `.read` that is needed. */
  area: string;
  handle: (call: AccountingCall) => SandboxAnswer;
}

/** The envelope of every good answer: Id, Status, ProviderName, DateTimeUTC, perhaps pagination, then the array. */
export function envelope(call: AccountingCall, plural: string, items: readonly object[], pagination?: Pagination): SandboxAnswer {
  return jsonAnswer(200, {
    Id: guidFrom(`${String(call.now)} ${call.request.method} ${call.request.url}`),
    Status: 'OK',
    ProviderName: call.app.name,
    DateTimeUTC: xeroDate(call.now).replace('+0000', ''),
    ...(pagination !== undefined && { pagination }),
    [plural]: items,
  });
}
