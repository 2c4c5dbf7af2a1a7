import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { textField, type Checks, type Element } from '../api/fields.ts';
import { XeroProblem } from '../api/problems.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { caseless, keyOf, type SandboxState } from '../core/state.ts';
import type { TrackingCategory } from './records.ts';

/** A tracking category as Xero shows it. */
export function trackingCategoryJson({ categoryId, name, options }: TrackingCategory): object {
  return {
    Name: name,
    Status: 'ACTIVE',
    TrackingCategoryID: categoryId,
    Options: options.map((option) => ({ TrackingOptionID: option.optionId, Name: option.name, Status: 'ACTIVE' })),
  };
}

/** One entry of a line's Tracking, with the names and ids of category and option. Unknown ones are refused, not ignored. */
export function trackingOf(state: SandboxState, tenantId: string, sent: Element, checks: Checks): object {
  const named = (name: string): string => textField(sent, name) ?? '';
  const [categoryId, name, optionId, option] = ['TrackingCategoryID', 'Name', 'TrackingOptionID', 'Option'].map(named);
  const category = state.trackingCategories
    .by('tenant', tenantId)
    .find((known) => (categoryId === '' ? caseless(known.name) === caseless(name ?? '') : known.categoryId === categoryId?.toLowerCase()));
  const chosen = category?.options.find((known) =>
    optionId === '' ? caseless(known.name) === caseless(option ?? '') : known.optionId === optionId?.toLowerCase(),
  );
  checks.ensure(category !== undefined, `The tracking category '${name || categoryId || ''}' could not be found.`);
  checks.ensure(category === undefined || chosen !== undefined, `The tracking option '${option || optionId || ''}' could not be found.`);
  return {
    Name: category?.name,
    Option: chosen?.name,
    TrackingCategoryID: category?.categoryId,
    TrackingOptionID: chosen?.optionId,
  };
}

function list(call: AccountingCall): SandboxAnswer {
  const categories = call.state.trackingCategories.by('tenant', call.organisation.tenantId);
  return envelope(call, 'TrackingCategories', categories.map(trackingCategoryJson));
}

function one(call: AccountingCall): SandboxAnswer {
  const category = call.state.trackingCategories.get(keyOf(call.organisation.tenantId, (call.params[0] ?? '').toLowerCase()));
  if (category === undefined) throw XeroProblem.notFound();
  return envelope(call, 'TrackingCategories', [trackingCategoryJson(category)]);
}

export const TRACKING_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'TrackingCategories', area: 'settings', handle: list },
  { method: 'GET', pattern: 'TrackingCategories/{}', area: 'settings', handle: one },
];
