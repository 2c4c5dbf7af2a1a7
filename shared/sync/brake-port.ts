import type { BrakeState, HeldEnding } from '../domain/brake.ts';
import type { Scope } from './ports.ts';

/** What the brake remembers of an account (F9). Held endings are stored with the commit that holds them. */
export interface BrakeStore {
  /** One read; none of it is there as long as nothing was ever ended. */
  readBrake(scope: Scope): Promise<BrakeState>;
  /** One write. The lane alone writes it. */
  writeBrake(scope: Scope, state: BrakeState): Promise<void>;
  /** Everything that is held. One read, one more per 1 MB (some 8,000 invoices). */
  listHeld(scope: Scope): Promise<readonly HeldEnding[]>;
  /** They go on. One write each. */
  removeHeld(scope: Scope, held: readonly HeldEnding[]): Promise<void>;
}

/** What a commit says of the endings of its invoice: that one is held, or is no more. */
export interface HeldChange extends Pick<HeldEnding, 'side' | 'what' | 'invoiceId'> {
  readonly held?: HeldEnding;
}
