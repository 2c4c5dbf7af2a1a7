import { isGuid } from '../../../../local/xero-sandbox/core/guids.ts';
import { Description, type Operation, type Parameter, type Schema } from './description.ts';
import { EXCEPTIONS, type Exception } from './exceptions.ts';
import { OAUTH_REFUSALS, OUTSIDE_ANSWERS } from './outside-answers.ts';
import type { Recorded } from './recorder.ts';
import { StrictSchemas, type Direction, type Misfit } from './strict-schemas.ts';

export type ViolationKind =
  | 'operation'
  | 'parameter'
  | 'request key'
  | 'request value'
  | 'answer key'
  | 'answer value'
  | 'answer'
  | 'delivery key'
  | 'delivery value';

/** A departure from the description. */
export interface Violation {
  kind: ViolationKind;
  /** operationId, or method and path where the description has no such operation. */
  operation: string;
  at: string;
  detail: string;
}

/** How often an operation was seen, by kind of answer. */
export interface Seen {
  accepted: number;
  /** 400 with Xero's Error body. */
  invalid: number;
  /** All refusals: those and token, tenant, limits, faults, unknown ids. */
  refused: number;
}

/** Headers of HTTP itself. */
const GATEWAY_HEADERS = new Set([
  'authorization',
  'accept',
  'accept-encoding',
  'connection',
  'content-type',
  'content-length',
  'user-agent',
  'host',
]);
const LIMIT_HEADERS = ['x-daylimit-remaining', 'x-minlimit-remaining', 'x-appminlimit-remaining'];
const ERROR: Schema = { $ref: '#/components/schemas/Error' };
/** What every good answer begins with; the schemas leave it out. */
const ENVELOPE: Schema = {
  type: 'object',
  required: ['Id', 'Status', 'ProviderName', 'DateTimeUTC'],
  properties: {
    Id: { type: 'string', format: 'uuid' },
    Status: { type: 'string', const: 'OK' },
    ProviderName: { type: 'string', minLength: 1 },
    DateTimeUTC: { type: 'string', 'x-is-msdate-time': true },
  },
};

/** Xero's description as a judge of exchanges. Exceptions are taken off; which of them were needed is remembered. */
export class Contract {
  readonly description = new Description();
  readonly #schemas = new StrictSchemas(this.description);
  readonly seen = new Map<string, Seen>();
  readonly needed = new Set<Exception>();
  exchanges = 0;
  deliveries = 0;

  /** What an exchange breaks. */
  check(exchange: Recorded): Violation[] {
    this.exchanges += 1;
    const operation = this.operationOf(exchange);
    if (operation === undefined) return this.#without(this.#undescribed(exchange));
    this.#count(operation, exchange.status);
    const isAccepted = exchange.status < 400;
    return this.#without([
      ...this.#spelling(operation, exchange),
      ...this.#parameters(operation, exchange),
      ...(isAccepted ? this.#request(operation, exchange) : []),
      ...this.#answer(operation, exchange),
    ]);
  }

  /** Where the description's own example answer departs from its schema, exceptions not taken off. */
  checkExample(operation: Operation): Violation[] {
    const schema = operation.answers.get(200);
    const { answer } = operation.examples;
    return schema === undefined || answer === undefined ? [] : this.#misfits(operation, 'answer', schema, answer);
  }

  /** What the body of a webhook breaks. */
  checkDelivery(body: string): Violation[] {
    this.deliveries += 1;
    const delivery = JSON.parse(body) as { events: { eventCategory: string }[] };
    const whole = this.#schemas.misfits('webhooks', 'answer', { $ref: '#/components/schemas/WebhookEvent' }, { ...delivery, events: [] });
    const credit = this.description.schemas('webhooks').CreditNoteWebhookEvent?.allOf ?? [];
    const creditEvent = this.#schemas.merged('webhooks', credit).properties?.events?.items ?? {};
    const plainEvent: Schema = { $ref: '#/components/schemas/WebhookEvent/properties/events/items' };
    const events = delivery.events.flatMap((event) => {
      const schema = event.eventCategory === 'CREDITNOTE' ? creditEvent : plainEvent;
      return this.#schemas.misfits('webhooks', 'answer', schema, event).map((misfit) => ({ ...misfit, at: `/events/[]${misfit.at}` }));
    });
    return this.#without([...whole, ...events].map((misfit) => violation('delivery', 'webhook', misfit)));
  }

  /** The described operation of a call: literal parts before open ones, GUIDs before names. */
  operationOf({ method, url }: Pick<Recorded, 'method' | 'url'>): Operation | undefined {
    const parts = partsOf(url);
    const weight = ({ path }: Operation): number =>
      path.split('/').reduce((sum, part, i) => sum + (part === parts[i] ? 4 : /ID}$/.test(part) === isGuid(parts[i] ?? '') ? 1 : 0), 0);
    return this.description.operations
      .filter((operation) => operation.method === method && fits(operation.path, parts))
      .sort((a, b) => weight(b) - weight(a))[0];
  }

  #without(violations: readonly Violation[]): Violation[] {
    return violations.filter((violation) => {
      const exceptions = EXCEPTIONS.filter(
        ({ kind, operation, at }) => kind === violation.kind && operation.test(violation.operation) && at.test(violation.at),
      );
      for (const exception of exceptions) this.needed.add(exception);
      return exceptions.length === 0;
    });
  }

  #count({ id }: Operation, status: number): void {
    const seen = this.seen.get(id) ?? { accepted: 0, invalid: 0, refused: 0 };
    if (status < 400) seen.accepted += 1;
    else seen.refused += 1;
    if (status === 400) seen.invalid += 1;
    this.seen.set(id, seen);
  }

  /** What the description does not have may be refused, but not answered. */
  #undescribed({ method, url, status }: Recorded): Violation[] {
    if (status === 404 || status === 501) return [];
    const operation = `${method} ${url.split('?')[0] ?? ''}`;
    return [
      { kind: 'operation', operation, at: operation, detail: `answered ${String(status)}, but the description has no such operation` },
    ];
  }

  #spelling({ id, path }: Operation, { url }: Recorded): Violation[] {
    const isExact = path.split('/').every((part, i) => part.startsWith('{') || part === partsOf(url)[i]);
    return isExact ? [] : [{ kind: 'operation', operation: id, at: url, detail: `the description writes ${path}` }];
  }

  #parameters(operation: Operation, { url, headers, status }: Recorded): Violation[] {
    const violations: Violation[] = [];
    const report = (at: string, detail: string): number => violations.push({ kind: 'parameter', operation: operation.id, at, detail });
    const known = (place: Parameter['in'], name: string): Parameter | undefined =>
      operation.parameters.find(
        (parameter) => parameter.in === place && (place === 'header' ? parameter.name.toLowerCase() === name : parameter.name === name),
      );
    const check = (place: Parameter['in'], name: string, text: string): void => {
      const parameter = known(place, name);
      if (parameter === undefined) report(`${place} ${name}`, 'the description does not know this parameter');
      else if (
        status < 400 &&
        this.#schemas.misfits(operation.document, 'request', parameter.schema, typed(text, parameter.schema)).length > 0
      )
        report(`${place} ${name}`, `accepted the value ${text}, which does not fit`);
    };
    for (const [name, text] of new URL(url, 'http://sandbox').searchParams) check('query', name, text);
    for (const [name, text] of Object.entries(headers)) if (!GATEWAY_HEADERS.has(name)) check('header', name, text);
    if (status < 400) {
      for (const { in: place, name, required } of operation.parameters)
        if (place === 'header' && required === true && headers[name.toLowerCase()] === undefined)
          report(name, 'accepted without this header');
    }
    return violations;
  }

  #request(operation: Operation, { body, headers }: Recorded): Violation[] {
    if (operation.id === 'token') return this.#tokenForm(body);
    if (operation.request === undefined || !(headers['content-type'] ?? 'application/json').startsWith('application/json')) return [];
    return this.#misfits(operation, 'request', operation.request, JSON.parse(body));
  }

  #tokenForm(body: string): Violation[] {
    const form = Object.fromEntries(new URLSearchParams(body));
    if (form.grant_type !== 'refresh_token') return [];
    const misfits = this.#schemas.misfits('identity', 'request', { $ref: '#/components/schemas/RefreshToken' }, form);
    return misfits.map((misfit) => violation('request', 'token', misfit));
  }

  #answer(operation: Operation, exchange: Recorded): Violation[] {
    const { status, answer, answerHeaders } = exchange;
    const broken = (detail: string): Violation[] => [{ kind: 'answer', operation: operation.id, at: String(status), detail }];
    const missing = this.#isAccounting(operation) && (status < 400 || status === 400) ? this.#missingLimits(operation, exchange) : [];
    if (status === 400 && this.#isAccounting(operation)) {
      return [...missing, ...this.#misfits(operation, 'echo', this.#errorSchema(operation), parsed(answer))];
    }
    if (!operation.answers.has(status)) {
      const outside = status === 400 ? OAUTH_REFUSALS[operation.id] : OUTSIDE_ANSWERS[status];
      if (outside === undefined) return broken('the description has no such answer');
      return outside.fits(exchange) ? [] : broken(`not as ${outside.source} has it: ${answer.slice(0, 80)}`);
    }
    const schema = operation.answers.get(status);
    if (schema === undefined) return status === 204 && answer !== '' ? broken('a body where there should be none') : missing;
    if (!(answerHeaders['content-type'] ?? '').startsWith('application/json')) return broken('no JSON');
    return [...missing, ...this.#envelope(operation, answer), ...this.#misfits(operation, 'answer', schema, parsed(answer))];
  }

  #envelope(operation: Operation, answer: string): Violation[] {
    if (!this.#isAccounting(operation)) return [];
    return this.#misfits(operation, 'answer', ENVELOPE, parsed(answer)).filter(({ kind }) => kind === 'answer value');
  }

  #isAccounting({ document }: Operation): boolean {
    return document === 'accounting';
  }

  #missingLimits({ id }: Operation, { answerHeaders }: Recorded): Violation[] {
    return LIMIT_HEADERS.filter((name) => answerHeaders[name] === undefined).map((name) => ({
      kind: 'answer',
      operation: id,
      at: name,
      detail: 'every answer carries this header',
    }));
  }

  /** The Error body; its elements are echoes of the operation's own resource with their errors. */
  #errorSchema({ document, answers }: Operation): Schema {
    const good = this.description.resolved(document, answers.get(200) ?? {});
    const resource = Object.values(good.properties ?? {}).find(
      ({ items }) => items !== undefined && items.$ref !== '#/components/schemas/ValidationError',
    );
    if (resource?.items === undefined) return ERROR;
    const element = this.#schemas.merged(document, [{ $ref: '#/components/schemas/Element' }, resource.items]);
    const { properties } = this.description.resolved(document, ERROR);
    return { type: 'object', properties: { ...properties, Elements: { type: 'array', items: element } } };
  }

  #misfits(operation: Operation, direction: Direction, schema: Schema, value: unknown): Violation[] {
    const side = direction === 'request' ? 'request' : 'answer';
    return this.#schemas.misfits(operation.document, direction, schema, value).map((misfit) => violation(side, operation.id, misfit));
  }
}

const violation = (side: 'request' | 'answer' | 'delivery', operation: string, { what, at, detail }: Misfit): Violation => ({
  kind: `${side} ${what}`,
  operation,
  at,
  detail,
});

const partsOf = (url: string): string[] => (url.split('?')[0] ?? '').split('/').map((part) => decodeURIComponent(part));

function fits(template: string, parts: readonly string[]): boolean {
  const wanted = template.split('/');
  return (
    wanted.length === parts.length && wanted.every((want, i) => want.startsWith('{') || want.toLowerCase() === parts[i]?.toLowerCase())
  );
}

/** A parameter as the type its schema names; left as text when it is none of it, so that it will not fit. */
function typed(text: string, schema: Schema): unknown {
  if (schema.type === 'array') return text.split(',').map((part) => typed(part.trim(), schema.items ?? {}));
  if (schema.type === 'integer' || schema.type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
