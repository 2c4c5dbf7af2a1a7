import type { Clock, Log } from '../sync/ports.ts';
import type { BrakeStore } from '../sync/brake-port.ts';
import type { CountStore } from '../sync/records-port.ts';
import type {
  LaneBell,
  OpenOrganisation,
  Secrecy,
  SingleUseStore,
  TokenPointerStore,
  BacklogReader,
  WaitReader,
  XeroIdentity,
  XeroSignIn,
} from './ports.ts';
import type { TenancyDeps } from './tenancy.ts';
import type { Tokens } from './tokens.ts';

/** Everything that the flows of this folder are handed; each takes the part it needs. */
export interface ConnectionDeps extends TenancyDeps {
  readonly singleUse: SingleUseStore;
  readonly pointers: Pick<TokenPointerStore, 'dueTokenPointers'>;
  readonly tokens: Tokens;
  readonly identity: Pick<XeroIdentity, 'authorizeUrl' | 'exchangeCode' | 'listConnections' | 'deleteConnection'>;
  readonly signIn: XeroSignIn;
  readonly openOrganisation: OpenOrganisation;
  readonly counts: Pick<CountStore, 'readCounts'>;
  readonly brakes: Pick<BrakeStore, 'listHeld'>;
  readonly waits: WaitReader;
  readonly backlog: BacklogReader;
  readonly bell: LaneBell;
  readonly secrecy: Secrecy;
  readonly clock: Clock;
  readonly log: Log;
}
