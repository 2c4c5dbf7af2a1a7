import { afterAll, describe, expect, it } from '@jest/globals';
import { ACCOUNTING_ROUTES } from '../../../../local/xero-sandbox/gateway/router.ts';
import { Contract, type Violation } from './contract.ts';
import { DESCRIPTION_DIRECTORY, isAtHand, type Operation } from './description.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { COVERED_OPERATIONS } from './operations.ts';
import { Recorder, type Recorded } from './recorder.ts';
import { SCENARIOS } from './scenarios.ts';
import { NOT_SHOWN, keysIn } from './shown-fields.ts';

/** The description still prints the scope that was divided in March 2026. */
const DESCRIBED_SCOPES: Readonly<Record<string, string>> = { invoices: 'accounting.transactions', payments: 'accounting.transactions' };
const NAMES: readonly string[] = COVERED_OPERATIONS;

const lines = (violations: readonly Violation[]): string[] => [
  ...new Set(violations.map(({ kind, operation, at, detail }) => `${operation}: ${kind} ${at}: ${detail}`)),
];

if (isAtHand) describe('contract with Xero’s OpenAPI description', contractTests);
else {
  process.stdout.write(
    'Contract with Xero’s OpenAPI description skipped: the description is not at hand (set XERO_OPENAPI to its directory).\n',
  );
  it.skip('contract with Xero’s OpenAPI description: it is not at hand', () => undefined);
}

function contractTests(): void {
  const contract = new Contract();
  const deliveries: string[] = [];
  const shown = new Set<string>();
  let violations = 0;

  it.each(SCENARIOS)('%s: every request accepted and every answer and webhook sent fits', async (_name, play) => {
    const recorder = await play();
    const found = [
      ...recorder.exchanges.flatMap((exchange) => contract.check(exchange)),
      ...recorder.deliveries.flatMap(({ body }) => contract.checkDelivery(body)),
    ];
    deliveries.push(...recorder.deliveries.map(({ body }) => body));
    const answers = recorder.exchanges.filter(({ url, status }) => url.startsWith('/api.xro/') && status === 200);
    for (const { answer } of answers) for (const key of keysIn(JSON.parse(answer))) shown.add(key);
    violations += found.length;
    expect(lines(found)).toEqual([]);
  });

  it.each(NAMES)('%s was seen accepted and refused', (name) => {
    const operation = contract.description.operations.find(({ id }) => id === name);
    const seen = contract.seen.get(name);
    expect(seen?.accepted).toBeGreaterThan(0);
    expect(seen?.[operation?.answers.has(400) === true ? 'invalid' : 'refused']).toBeGreaterThan(0);
  });

  it.each(['CONTACT', 'INVOICE', 'CREDITNOTE'])('a webhook of category %s was seen', (category) => {
    expect(deliveries.some((body) => body.includes(`"eventCategory":"${category}"`))).toBe(true);
  });

  it.each(ACCOUNTING_ROUTES.map(({ method, pattern, area }) => [method, pattern, area] as const))(
    'the route %s %s is an operation of the description, covered here, with the scope accounting.%s',
    (method, pattern, area) => {
      const parts = pattern.split('{}').join('00000000-0000-0000-0000-000000000001');
      const operation = contract.operationOf({ method, url: `/api.xro/2.0/${parts}` });
      expect(NAMES).toContain(operation?.id);
      expect(operation?.scopes).toContain(DESCRIBED_SCOPES[area] ?? `accounting.${area}`);
    },
  );

  it('every field of the description’s example answers was shown, but for those listed', () => {
    const covered = contract.description.operations.filter(({ id, document }) => document === 'accounting' && NAMES.includes(id));
    const missing = new Set(covered.flatMap(({ examples }) => keysIn(examples.answer)).filter((key) => !shown.has(key)));
    expect([...missing].filter((key) => !NOT_SHOWN.some(({ at }) => at.test(key)))).toEqual([]);
    expect(NOT_SHOWN.filter(({ at }) => ![...missing].some((key) => at.test(key)))).toEqual([]);
  });

  it('exceptions that claim so are borne out by the examples of the description itself', () => {
    const departures = contract.description.operations.flatMap((operation) => contract.checkExample(operation));
    const unproved = EXCEPTIONS.filter(
      ({ inExamples, kind, at }) => inExamples && !departures.some((found) => found.kind === kind && at.test(found.at)),
    );
    expect(unproved).toEqual([]);
  });

  const writes = contract.description.operations.filter(hasExampleRequest);
  it.each(writes.map((operation) => [operation.id, operation] as const))(
    '%s takes the description’s own example request',
    (_id, operation) => {
      const recorder = Recorder.ready();
      const path = operation.path.replace('/api.xro/2.0/', '').replaceAll(/{\w+}/g, '00000000-0000-0000-0000-000000000001');
      expect([200, 204, 400, 404]).toContain(recorder.api(operation.method, path, operation.examples.request).status);
      expect(lines(recorder.exchanges.flatMap((exchange) => contract.check(exchange)))).toEqual([]);
    },
  );

  it('every listed exception is needed', () => {
    expect(EXCEPTIONS.filter((exception) => !contract.needed.has(exception))).toEqual([]);
  });

  describe('finds', () => {
    const good = (): Recorded => {
      const recorder = Recorder.ready();
      recorder.accepted('PUT', 'Contacts', { Contacts: [{ Name: 'Judged' }] });
      return recorder.exchanges.at(-1) as Recorded;
    };
    const change = (from: string, to: string) => (exchange: Recorded) => ({ ...exchange, answer: exchange.answer.replace(from, to) });
    it.each<[string, (exchange: Recorded) => Recorded, string]>([
      ['a key nobody knows', change('"ContactStatus"', '"ContactState"'), 'createContacts: answer key /Contacts/[]/ContactState'],
      ['a word outside its list', change('"ACTIVE"', '"ALIVE"'), 'createContacts: answer value /Contacts/[]/ContactStatus'],
      ['a date in another form', change('"/Date(', '"Date('), 'createContacts: answer value'],
      ['a number as text', change('"IsCustomer":false', '"IsCustomer":"no"'), 'createContacts: answer value /Contacts/[]/IsCustomer'],
      ['an unknown parameter', (exchange) => ({ ...exchange, url: `${exchange.url}?pages=1` }), 'createContacts: parameter query pages'],
      [
        'a value that does not fit',
        (exchange) => ({ ...exchange, url: `${exchange.url}?summarizeErrors=maybe` }),
        'createContacts: parameter query',
      ],
      [
        'an unknown header',
        (exchange) => ({ ...exchange, headers: { ...exchange.headers, 'x-tenant': '1' } }),
        'createContacts: parameter header',
      ],
      ['a request of the wrong form', (exchange) => ({ ...exchange, body: '{"Contacts":[{"Name":7}]}' }), 'createContacts: request value'],
      ['a path nobody knows', (exchange) => ({ ...exchange, url: '/api.xro/2.0/Customers' }), 'PUT /api.xro/2.0/Customers: operation'],
      [
        'missing limit headers',
        (exchange) => ({ ...exchange, answerHeaders: { 'content-type': 'application/json' } }),
        'createContacts: answer x-',
      ],
      ['a refusal of another form', (exchange) => ({ ...exchange, status: 403, answer: '{"Title":"No"}' }), 'createContacts: answer 403'],
    ])('%s', (_what, spoil, message) => {
      expect(lines(contract.check(good()))).toEqual([]);
      expect(lines(contract.check(spoil(good()))).some((line) => line.startsWith(message))).toBe(true);
    });
  });

  afterAll(() => {
    const covered = NAMES.filter((name) => contract.seen.has(name)).length;
    process.stdout.write(
      `Contract with Xero’s OpenAPI description in ${DESCRIPTION_DIRECTORY}: ${String(covered)} of ${String(NAMES.length)} operations covered, ` +
        `${String(contract.exchanges)} exchanges and ${String(contract.deliveries)} webhooks, ${String(violations)} violations, ` +
        `${String(contract.needed.size)} exceptions with reasons.\n`,
    );
  });
}

function hasExampleRequest({ id, examples }: Operation): boolean {
  return NAMES.includes(id) && examples.request !== undefined;
}
