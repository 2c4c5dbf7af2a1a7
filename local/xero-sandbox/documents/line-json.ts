import { accountWithId } from '../settings/accounts.ts';
import type { DocumentContext } from './context.ts';
import { PRICE_PLACES, pounds, scaled, unscaled } from './decimal.ts';
import type { Line } from './records.ts';
import { discountOf } from './totals.ts';

/** Where a document is shown: by itself and in answers to writes, or in a list. Discounts read differently. */
type Place = 'single' | 'list';

/**
 * A rate is shown everywhere, the amount that follows from it only on single documents. An amount that was typed is shown on single documents
 * alone. DiscountEnteredAsPercent tells which of the two was typed.
 */
function discountJson(line: Line, place: Place): object {
  const { discountRate, discountAmount } = line;
  if (discountRate !== undefined) {
    return {
      DiscountRate: unscaled(discountRate, PRICE_PLACES),
      ...(place === 'single' && { DiscountAmount: pounds(discountOf(line)) }),
      DiscountEnteredAsPercent: true,
    };
  }
  if (discountAmount === undefined) return {};
  return { ...(place === 'single' && { DiscountAmount: pounds(discountAmount) }), DiscountEnteredAsPercent: false };
}

/** A line as Xero shows it; without unitdp=4 the unit price comes back rounded to 2 places. */
function lineJson({ state, organisation, unitPlaces }: Shown, line: Line, place: Place): object {
  const account = line.accountId === undefined ? undefined : accountWithId(state, organisation.tenantId, line.accountId);
  const shownPrice = unscaled(line.unitAmount ?? 0, PRICE_PLACES);
  return {
    LineItemID: line.id,
    Description: line.description,
    ...(line.quantity !== undefined && { Quantity: unscaled(line.quantity, PRICE_PLACES) }),
    ...(line.unitAmount !== undefined && { UnitAmount: unscaled(scaled(shownPrice, unitPlaces), unitPlaces) }),
    TaxType: line.taxType,
    TaxAmount: pounds(line.taxAmount),
    LineAmount: pounds(line.lineAmount),
    AccountCode: account?.code,
    AccountID: account?.accountId,
    ...discountJson(line, place),
    Tracking: line.tracking,
    ValidationErrors: [],
  };
}

type Shown = Pick<DocumentContext, 'state' | 'organisation' | 'unitPlaces'>;

/** The lines of a document. Their order is not promised: with `shuffleLines` two or more come back in another one. */
export function linesJson(shown: Shown, lines: readonly Line[], place: Place): object[] {
  return (shown.state.settings.shuffleLines ? shuffled(lines) : lines).map((line) => lineJson(shown, line, place));
}

/** By id, which is as good as any order; the other way round where that changes nothing. */
function shuffled(lines: readonly Line[]): readonly Line[] {
  const byId = [...lines].sort((a, b) => (a.id < b.id ? -1 : 1));
  return byId.every((line, i) => line === lines[i]) ? byId.reverse() : byId;
}
