import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { xeroDate } from '../api/dates.ts';
import { XeroProblem } from '../api/problems.ts';
import { guidFrom } from '../core/guids.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import type { Organisation } from './records.ts';

/** The looks that every organisation has for its documents; the first is the default. */
const THEMES = ['Standard', 'Special Projects'];

const themeId = ({ tenantId }: Organisation, name: string): string => guidFrom(`theme ${tenantId} ${name}`);

/** Whether the organisation has a theme with that id. */
export function hasBrandingTheme(organisation: Organisation, id: string): boolean {
  return THEMES.some((name) => themeId(organisation, name) === id.toLowerCase());
}

function themesOf(organisation: Organisation): { BrandingThemeID: string }[] {
  return THEMES.map((Name, SortOrder) => ({
    BrandingThemeID: themeId(organisation, Name),
    Name,
    SortOrder,
    CreatedDateUTC: xeroDate(organisation.created),
    Type: 'INVOICE',
  }));
}

function one(call: AccountingCall): SandboxAnswer {
  const theme = themesOf(call.organisation).find(({ BrandingThemeID }) => BrandingThemeID === (call.params[0] ?? '').toLowerCase());
  if (theme === undefined) throw XeroProblem.notFound();
  return envelope(call, 'BrandingThemes', [theme]);
}

export const BRANDING_THEME_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    pattern: 'BrandingThemes',
    area: 'settings',
    handle: (call) => envelope(call, 'BrandingThemes', themesOf(call.organisation)),
  },
  { method: 'GET', pattern: 'BrandingThemes/{}', area: 'settings', handle: one },
];
