import type { Fields, Patch } from './fields.ts';
import type { Side } from './records.ts';

/** How one field is compared and translated, and who wins when both sides changed it (E1). All functions are pure. */
export interface FieldRule {
  readonly winner: Side;
  /** A field that never returns to GES, whoever changed it in Xero. */
  readonly oneWay?: 'to-xero';
  /** Equal but for formatting, so that formatting never ping-pongs. */
  same(a: string, b: string): boolean;
  /** What Xero is to be told for this GES value, or undefined when Xero would refuse it (B8: left out; the warning is the policy's business). */
  toXero(gesValue: string): string | undefined;
  /** What GES is to be told for this Xero value. */
  toGes(xeroValue: string): string;
}
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** Both sides of one record as projected on its fields. */
export interface BothSides {
  readonly ges: Fields;
  readonly xero: Fields;
}

/** A field that both sides changed to different values: the losing one is told to the user (E2). */
export interface Conflict {
  readonly field: string;
  readonly winner: Side;
  readonly kept: string;
  readonly lost: string;
}

/** What each side must be told. Empty patches and no conflicts: nothing to do, which is all an echo is (E3). */
export interface Merge {
  readonly toXero: Patch;
  readonly toGes: Patch;
  readonly conflicts: readonly Conflict[];
}

/**
 * Three-way merge per field (E1): each side is diffed against its own base. Changed on one side: that side wins. Changed to the
 * same on both: nothing. Changed differently: the field's winner wins and the loser is reported.
 */
export function reconcile(rules: FieldRules, base: BothSides, now: BothSides): Merge {
  const draft = emptyDraft();
  for (const [field, rule] of Object.entries(rules)) {
    const ges = now.ges[field] ?? '';
    const xero = now.xero[field] ?? '';
    const gesChanged = !rule.same(base.ges[field] ?? '', ges);
    const xeroChanged = !rule.same(base.xero[field] ?? '', xero);
    if (!gesChanged && !xeroChanged) continue;

    const outgoing = rule.toXero(ges);
    const agreeing = (outgoing !== undefined && rule.same(outgoing, xero)) || rule.same(rule.toGes(xero), ges);
    if (agreeing) continue;

    const winner = gesChanged && xeroChanged ? rule.winner : gesChanged ? 'ges' : 'xero';
    if (winner === 'xero') {
      if (rule.oneWay === 'to-xero') continue;
      draft.toGes[field] = rule.toGes(xero);
    } else if (outgoing !== undefined) {
      draft.toXero[field] = outgoing;
    } else continue; // Xero keeps what it has, so nothing is lost either.
    if (gesChanged && xeroChanged) {
      draft.conflicts.push(winner === 'ges' ? { field, winner, kept: ges, lost: xero } : { field, winner, kept: xero, lost: ges });
    }
  }
  return draft;
}

/** What adopting an existing counterpart does: fills empty fields, touches nothing else (B3). */
export interface Adoption {
  readonly toXero: Patch;
  readonly toGes: Patch;
  /** Fields whose values differ and stay as they are on each side. */
  readonly differing: readonly string[];
}

/** First meeting of two records that are the same person or thing: empty fields are filled, differing values stay (B3). */
export function adopt(rules: FieldRules, now: BothSides): Adoption {
  const toXero: Record<string, string> = {};
  const toGes: Record<string, string> = {};
  const differing: string[] = [];
  for (const [field, rule] of Object.entries(rules)) {
    const ges = now.ges[field] ?? '';
    const xero = now.xero[field] ?? '';
    const outgoing = rule.toXero(ges);
    if (ges === '' && xero !== '') toGes[field] = rule.toGes(xero);
    else if (xero === '' && ges !== '') {
      if (outgoing !== undefined && outgoing !== '') toXero[field] = outgoing;
    } else if (!rule.same(rule.toGes(xero), ges) && !(outgoing !== undefined && rule.same(outgoing, xero))) {
      differing.push(field);
    }
  }
  return { toXero, toGes, differing };
}

function emptyDraft(): { toXero: Record<string, string>; toGes: Record<string, string>; conflicts: Conflict[] } {
  return { toXero: {}, toGes: {}, conflicts: [] };
}
