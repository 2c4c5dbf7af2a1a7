import type { FactPart, FactParts } from './books-port.ts';
import type { Scope } from './ports.ts';

/** A fact as read, and when (epoch ms). */
export interface Known<T> {
  readonly value: T;
  readonly readAt: number;
}
/** Facts of the organisation as last read, one item a part. Under the generation: another organisation has other facts. */
export interface FactsStore {
  readFacts(scope: Scope): Promise<{ readonly [P in FactPart]?: Known<FactParts[P]> }>;
  putFact<P extends FactPart>(scope: Scope, part: P, known: Known<FactParts[P]>): Promise<void>;
}

export type FeedName = 'contacts' | 'invoices' | 'credits' | 'payments';
/** How far each feed of Xero has been followed: Xero's time, epoch ms. */
export type Watermarks = Partial<Readonly<Record<FeedName, number>>>;
export interface WatermarkStore {
  readWatermarks(scope: Scope): Promise<Watermarks>;
  /** Moves a watermark on, never back. One write. */
  moveWatermark(scope: Scope, feed: FeedName, to: number): Promise<void>;
}

/** One contact as the directory knows it: digests of what matching needs, for compactness. */
export interface DirectoryEntry {
  readonly contactId: string;
  /** Digest of the normalised name. */
  readonly name: string;
  /** Digest of the contact number, empty when there is none. */
  readonly number: string;
  readonly archived: boolean;
  /** Epoch ms. */
  readonly updatedAt: number;
}
/** The directory of an organisation's contacts, in parts of some thousand entries; later parts win over earlier ones. */
export interface DirectoryState {
  /** Version of the normalisation that the digests were made with: another one means that it is read anew. */
  readonly normalisation: number;
  /** Where the feed of contacts goes on, epoch ms in Xero's time. */
  readonly cursor: number;
  /** The first read has come to its end. */
  readonly complete: boolean;
  readonly entries: readonly DirectoryEntry[];
}
export interface DirectoryStore {
  readDirectory(scope: Scope): Promise<DirectoryState | undefined>;
  /** Appends entries of one read of the feed, with the new cursor. */
  appendDirectory(scope: Scope, state: DirectoryState): Promise<void>;
  /** Replaces everything. */
  putDirectory(scope: Scope, state: DirectoryState): Promise<void>;
}
