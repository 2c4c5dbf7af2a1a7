import { createHash } from 'node:crypto';
import { ENTITIES, type Entity } from './entities.ts';
import { empty, json, parseJsonObject, Problem, type GesAnswer, type GesRequest } from './http.ts';
import { listRecords } from './listing.ts';
import { TYPE_OF, type Origin, type Plural, type RecordType, type Snapshot } from './records.ts';
import type { Transaction } from './state.ts';

/** A call to `/…/accounts/{a}/{type}[/{id}]`, its caller already known. */
export interface RecordCall {
  readonly request: GesRequest;
  readonly transaction: Transaction;
  readonly accountId: string;
  readonly plural: string;
  readonly id: string | undefined;
  readonly origin: Origin;
  readonly now: number;
}

/** `"3"` → 3. The platform API insists on the header; a user at the page always edits what is there. @throws Problem 400, 428 */
function expectedRevision({ request, origin }: RecordCall): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) {
    if (origin === 'user') return undefined;
    throw new Problem(428, 'if-match-missing', 'Send If-Match with the revision that the change is based on, like If-Match: "3".');
  }
  const match = /^"(\d+)"$/.exec(header.trim());
  if (!match) throw new Problem(400, 'if-match-malformed', 'If-Match must be a revision in double quotes, like "3".');
  return Number(match[1]);
}

const snapshotAnswer = (status: number, snapshot: Snapshot): GesAnswer => json(status, snapshot, { etag: `"${snapshot.revision}"` });

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, canonical(part)]),
  );
}

/**
 * Creates under an Idempotency-Key: the same request again gets the first answer and makes nothing; another request
 * under the same key is refused. Refusals are not remembered, so a corrected request may use its key. Keys never expire.
 * @throws Problem 400, 422
 */
function create(call: RecordCall, type: RecordType, entity: Entity<never>): GesAnswer {
  const { request, transaction, accountId } = call;
  const body = parseJsonObject(request.body);
  const key = request.headers['idempotency-key'];
  if (!key) {
    if (call.origin === 'user') return snapshotAnswer(201, entity.create(call, body));
    throw new Problem(400, 'idempotency-key-missing', 'Send an Idempotency-Key, so that a repeated request creates nothing twice.');
  }
  if (key.length > 255) throw new Problem(400, 'idempotency-key-malformed', 'Idempotency-Key must have at most 255 characters.');
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([type, canonical(body)]))
    .digest('hex');
  const remembered = transaction.answer(accountId, key);
  if (remembered) {
    if (remembered.fingerprint === fingerprint) return json(remembered.status, remembered.body, { 'idempotent-replayed': 'true' });
    throw new Problem(422, 'idempotency-key-reused', 'This Idempotency-Key was used for a different request.');
  }
  const snapshot: Snapshot = entity.create(call, body);
  transaction.putAnswer(accountId, key, { fingerprint, status: 201, body: snapshot });
  return snapshotAnswer(201, snapshot);
}

/**
 * Reads and writes of records, the same for the platform API and for the user of the page.
 * A revision that moved on is answered 412 with the current snapshot as the body.
 * @throws Problem 400, 404, 405, 409, 422, 428
 */
export function handleRecordCall(call: RecordCall): GesAnswer {
  const { request, transaction, accountId, plural, id } = call;
  if (!transaction.account(accountId)) throw new Problem(404, 'account-not-found', 'There is no such account.');
  const type = TYPE_OF[plural as Plural] as RecordType | undefined;
  if (!type) throw new Problem(404, 'route-not-found', 'There is customers, invoices and payments.');
  const entity = ENTITIES[type] as Entity<never>;

  if (id === undefined) {
    if (request.method === 'GET') return json(200, listRecords(transaction.state, accountId, type, request.query));
    if (request.method === 'POST') return create(call, type, entity);
    throw new Problem(405, 'method-not-allowed', `${request.method} is not possible here.`);
  }

  const current = transaction.get(accountId, type, id);
  if (!current) throw new Problem(404, 'record-not-found', `There is no such ${type}.`);
  if (request.method === 'GET') return snapshotAnswer(200, current);
  if (request.method !== 'PATCH' && request.method !== 'DELETE') {
    throw new Problem(405, 'method-not-allowed', `${request.method} is not possible here.`);
  }
  const body = request.method === 'PATCH' ? parseJsonObject(request.body) : {};
  const expected = expectedRevision(call);
  if (expected !== undefined && expected !== current.revision) return snapshotAnswer(412, current);
  if (request.method === 'PATCH') return snapshotAnswer(200, entity.change(call, current as never, body));
  entity.remove(call, current as never);
  return empty(204);
}
