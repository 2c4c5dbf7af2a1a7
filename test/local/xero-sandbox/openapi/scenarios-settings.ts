import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { OTHER_TENANT, TENANT } from '../bench.ts';
import { Recorder } from './recorder.ts';

/** Organisation, its actions and CIS settings, accounts, tax rates. */
export function settingsScenario(): Recorder {
  const recorder = Recorder.ready();
  organisation(recorder, TENANT);
  accounts(recorder);
  taxRates(recorder);
  looks(recorder);
  return recorder;
}

/** The same for an organisation that pays no VAT and has no CIS. */
export function otherOrganisationScenario(): Recorder {
  const recorder = Recorder.ready({ organisation: OTHER_TENANT });
  recorder.tenant = OTHER_TENANT;
  organisation(recorder, OTHER_TENANT);
  recorder.accepted('GET', 'Accounts');
  recorder.accepted('GET', 'TaxRates');
  return recorder;
}

function organisation(recorder: Recorder, tenantId: string): void {
  recorder.accepted('GET', 'Organisation');
  recorder.asUser('lock-dates', { tenantId, periodLockDate: '2026-03-31', endOfYearLockDate: '2025-03-31' });
  recorder.accepted('GET', 'Organisation');
  recorder.asUser('lock-dates', { tenantId, periodLockDate: null, endOfYearLockDate: null });
  recorder.accepted('GET', 'Organisation/Actions');
  recorder.accepted('GET', `Organisation/${tenantId}/CISSettings`);
  recorder.refused(404, 'GET', `Organisation/${ZERO_GUID}/CISSettings`);
}

function accounts(recorder: Recorder): void {
  recorder.accepted('GET', 'Accounts');
  recorder.accepted('GET', `Accounts?where=${encodeURIComponent('Type=="BANK" AND Status=="ACTIVE"')}&order=Name%20ASC`);
  recorder.accepted('GET', 'Accounts', undefined, { 'if-modified-since': '2026-11-22T10:00:00Z' });
  const clearing = { Code: '611', Name: 'Card clearing', Type: 'CURRENT', EnablePaymentsToAccount: true, Description: 'Card takings' };
  const { AccountID } = recorder.accepted('PUT', 'Accounts', clearing, { 'idempotency-key': 'account-1' }).json.Accounts[0];
  const bank = { Name: 'Third bank', Type: 'BANK', BankAccountNumber: '20000011112222', CurrencyCode: 'GBP' };
  recorder.accepted('PUT', 'Accounts', bank);
  recorder.accepted('GET', `Accounts/${AccountID}`);
  recorder.asUser(`accounts/${AccountID}/archive`);
  recorder.accepted('GET', `Accounts/${AccountID}`);
  recorder.refused(400, 'PUT', 'Accounts', { ...clearing, Code: '612' });
  recorder.refused(400, 'PUT', 'Accounts', { ...clearing, Name: 'Another' });
  recorder.refused(400, 'PUT', 'Accounts', { Name: 'No number', Type: 'BANK' });
  recorder.refused(400, 'PUT', 'Accounts', { Name: 'No type', Code: '613' });
  recorder.refused(400, 'PUT', 'Accounts', { Name: 'Bad type', Code: '613', Type: 'PIGGYBANK' });
  recorder.refused(404, 'GET', `Accounts/${ZERO_GUID}`);
  recorder.refused(400, 'GET', `Accounts?where=${encodeURIComponent('Type=')}`);
}

/** Tracking categories, branding themes and reminders: what documents may carry besides. */
function looks(recorder: Recorder): void {
  const [category] = recorder.accepted('GET', 'TrackingCategories').json.TrackingCategories as { TrackingCategoryID: string }[];
  recorder.accepted('GET', `TrackingCategories/${category?.TrackingCategoryID ?? ''}`);
  recorder.refused(404, 'GET', `TrackingCategories/${ZERO_GUID}`);
  const [theme] = recorder.accepted('GET', 'BrandingThemes').json.BrandingThemes as { BrandingThemeID: string }[];
  recorder.accepted('GET', `BrandingThemes/${theme?.BrandingThemeID ?? ''}`);
  recorder.refused(404, 'GET', `BrandingThemes/${ZERO_GUID}`);
  recorder.accepted('GET', 'InvoiceReminders/Settings');
  recorder.asUser('invoice-reminders', { enabled: true });
  recorder.accepted('GET', 'InvoiceReminders/Settings');
}

function taxRates(recorder: Recorder): void {
  recorder.accepted('GET', 'TaxRates');
  recorder.accepted('GET', `TaxRates?where=${encodeURIComponent('Status=="ACTIVE"')}&order=Name%20ASC`);
  recorder.accepted('GET', 'TaxRates/OUTPUT2');
  recorder.refused(404, 'GET', 'TaxRates/NOSUCH');
  recorder.refused(400, 'GET', `TaxRates?order=${encodeURIComponent('Nowhere ASC')}`);
}
