import type { Books } from '../oracle/books.ts';

/** One field that a person set. `id`: of the record in the system where it was done. */
export interface Edit {
  readonly at: number;
  readonly accountId: string;
  readonly side: 'GES' | 'Xero';
  readonly type: 'customer' | 'invoice';
  readonly id: string;
  readonly field: 'email' | 'phone' | 'mobile' | 'reference';
  readonly value: string;
}

/** A user deleted a payment in GES. */
export interface DeletedPayment {
  readonly at: number;
  readonly accountId: string;
  readonly id: string;
  readonly invoiceId: string;
}

/** What people did, for the oracle: it must know what was wanted to say that nothing was lost. */
export class Journal {
  private readonly edits: Edit[] = [];
  private readonly deletions: DeletedPayment[] = [];
  private readonly strangers: { readonly accountId: string; readonly invoiceId: string; readonly total: number }[] = [];
  private readonly reconnects = new Map<string, number[]>();

  edited(edit: Edit): void {
    this.edits.push(edit);
  }

  deletedPayment(deletion: DeletedPayment): void {
    this.deletions.push(deletion);
  }

  /** What a user deleted since the account was last connected by its user. */
  deletionsOf(accountId: string): readonly DeletedPayment[] {
    return this.deletions.filter((deletion) => deletion.accountId === accountId && deletion.at > this.reconnectedAt(accountId));
  }

  /** A person made an invoice in Xero. `total` in pence. */
  madeInXero(accountId: string, invoiceId: string, total: number): void {
    this.strangers.push({ accountId, invoiceId, total });
  }

  strangersOf(accountId: string) {
    return this.strangers.filter((stranger) => stranger.accountId === accountId);
  }

  /** A user disconnected the account, and it is connected again since `at`. */
  reconnected(accountId: string, at: number): void {
    this.reconnects.set(accountId, [...(this.reconnects.get(accountId) ?? []), at]);
  }

  /** When the user last connected the account again, epoch ms; 0: the first connection still stands. */
  reconnectedAt(accountId: string): number {
    return this.reconnects.get(accountId)?.at(-1) ?? 0;
  }

  /** When the account was connected again after `after`; never: Infinity. */
  connectedAgainAt(accountId: string, after: number): number {
    return this.reconnects.get(accountId)?.find((at) => at >= after) ?? Infinity;
  }

  /** The last edit of each field of each record of an account, by record and field; edits in Xero under the GES record that is linked. */
  lastEdits(books: Books): ReadonlyMap<string, Edit & { readonly gesId: string }> {
    const gesIds = new Map(
      [...books.links.values()].flatMap(({ type, gesId, xeroId }) => (xeroId === undefined ? [] : [[`${type} ${xeroId}`, gesId]])),
    );
    const last = new Map<string, Edit & { readonly gesId: string }>();
    for (const edit of this.edits) {
      const gesId = edit.side === 'GES' ? edit.id : gesIds.get(`${edit.type} ${edit.id}`);
      if (gesId !== undefined && edit.accountId === books.account.accountId)
        last.set(`${edit.type} ${gesId} ${edit.field}`, { ...edit, gesId });
    }
    return last;
  }
}
