import type { SandboxState } from '../core/state.ts';
import type { XeroUser } from '../identity/records.ts';
import type { Organisation } from '../settings/records.ts';

/** Who writes a document, where and how: an API call or a Xero user. */
export interface DocumentContext {
  state: SandboxState;
  organisation: Organisation;
  now: number;
  userName: string;
  /** Advisers may post into a period that is locked for everybody else. */
  role: XeroUser['role'];
  /** The app that writes, for createdByMyApp; undefined for a Xero user. */
  clientId: string | undefined;
  /** Decimal places of unit prices: 2, or 4 with unitdp=4. */
  unitPlaces: 2 | 4;
}
