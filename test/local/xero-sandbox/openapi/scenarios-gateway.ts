import { Recorder } from './recorder.ts';

/** What stands in front of every resource: token, tenant, scope, form, limits, faults. */
export function gatewayScenario(): Recorder {
  const recorder = Recorder.ready({ scope: 'openid offline_access accounting.contacts' });
  recorder.accepted('GET', 'Contacts?page=1');
  recorder.refused(401, 'GET', 'Contacts', undefined, { authorization: 'Bearer nonsense' });
  recorder.refused(403, 'GET', 'Contacts', undefined, { 'xero-tenant-id': '' });
  for (const path of [
    'Organisation',
    'Organisation/Actions',
    'Accounts',
    'TaxRates',
    'TrackingCategories',
    'BrandingThemes',
    'InvoiceReminders/Settings',
    'Invoices',
    'Payments',
    'CreditNotes',
  ])
    recorder.refused(401, 'GET', path);
  recorder.refused(406, 'GET', 'Contacts', undefined, { accept: '*/*' });
  recorder.refused(404, 'GET', 'Teapots');
  recorder.refused(413, 'PUT', 'Contacts', 'x'.repeat(10 * 1024 * 1024 + 1));
  for (const fault of FAULTS) {
    recorder.pull('POST', 'faults', { ...fault, next: 1, path: '/api.xro' });
    recorder.refused(Number(fault.kind === 'html' ? 500 : fault.kind), 'GET', 'Contacts?page=1');
  }
  for (let call = 0; call < 70; call += 1) {
    recorder.now -= 1_000;
    recorder.get('Contacts', { page: '1', pageSize: '1' });
  }
  recorder.pass(60_000);
  recorder.pull('POST', 'tokens/expire');
  recorder.refused(401, 'GET', 'Contacts');
  recorder.keep(recorder.refresh());
  recorder.asUser('disconnect');
  recorder.refused(403, 'GET', 'Contacts');
  return recorder;
}

const FAULTS = [
  { kind: '429', problem: 'minute' },
  { kind: '429', problem: 'day', retryAfterSeconds: 3_600 },
  { kind: '429', problem: 'concurrent' },
  { kind: '429', problem: 'appminute' },
  { kind: '500' },
  { kind: '503' },
  { kind: 'html' },
];

/** Webhooks beside those of the other scenarios: the intent-to-receive check. */
export function validationScenario(): Recorder {
  const recorder = Recorder.ready();
  recorder.pull('POST', 'webhooks/validate', {});
  recorder.contact({ Name: 'Announced' });
  recorder.receive(recorder.pass(1_000));
  return recorder;
}
