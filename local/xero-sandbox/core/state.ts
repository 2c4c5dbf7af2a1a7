import type { Contact } from '../contacts/records.ts';
import type { CreditNote } from '../credit-notes/records.ts';
import type { CallCount, Fault, IdempotentAnswer, LimitUse } from '../gateway/records.ts';
import type { AccessToken, App, Code, Connection, RefreshToken, XeroUser } from '../identity/records.ts';
import type { Invoice } from '../invoices/records.ts';
import type { BatchPayment, Payment } from '../payments/records.ts';
import type { Account, HistoryRecord, Organisation, TaxRate, TrackingCategory } from '../settings/records.ts';
import type { Subscription, WebhookEvent } from '../webhooks/records.ts';
import { guidFrom, shareFrom, tokenFrom } from './guids.ts';
import { DEFAULT_SETTINGS, type ClockSetting, type SandboxSettings, type SigningKeySetting, type SourceSetting } from './settings.ts';
import { Journal, Table, type Change } from './table.ts';

/** Joins the parts of a row key or an index value. */
export const keyOf = (...parts: string[]): string => parts.join('/');

/** Searching disregards case and accents. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Uniqueness of names and numbers disregards case only. */
export function caseless(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

type Setting = SandboxSettings | ClockSetting | SourceSetting | SigningKeySetting;

/** Everything the sandbox knows. Tables are the primary store; a shell keeps a copy of the changed rows. */
export class SandboxState {
  readonly journal = new Journal();
  readonly #settings = new Table<Setting, never>(this.journal, 'settings', (row) => row.id, {});
  readonly apps = new Table<App, never>(this.journal, 'apps', (row) => row.clientId, {});
  readonly users = new Table<XeroUser, never>(this.journal, 'users', (row) => row.userId, {});
  readonly organisations = new Table<Organisation, never>(this.journal, 'organisations', (row) => row.tenantId, {});
  readonly connections = new Table<Connection, 'grant' | 'tenant' | 'holder'>(this.journal, 'connections', (row) => row.id, {
    grant: (row) => keyOf(row.clientId, row.userId),
    tenant: (row) => row.tenantId,
    holder: (row) => keyOf(row.clientId, row.userId, row.tenantId),
  });
  readonly codes = new Table<Code, never>(this.journal, 'codes', (row) => row.code, {});
  readonly refreshTokens = new Table<RefreshToken, 'grant'>(this.journal, 'refreshTokens', (row) => row.token, {
    grant: (row) => keyOf(row.clientId, row.userId),
  });
  readonly accessTokens = new Table<AccessToken, 'grant'>(this.journal, 'accessTokens', (row) => row.token, {
    grant: (row) => keyOf(row.clientId, row.userId),
  });
  readonly accounts = new Table<Account, 'tenant'>(this.journal, 'accounts', (row) => keyOf(row.tenantId, row.accountId), {
    tenant: (row) => row.tenantId,
  });
  readonly taxRates = new Table<TaxRate, 'tenant'>(this.journal, 'taxRates', (row) => keyOf(row.tenantId, row.taxType), {
    tenant: (row) => row.tenantId,
  });
  readonly trackingCategories = new Table<TrackingCategory, 'tenant'>(
    this.journal,
    'trackingCategories',
    (row) => keyOf(row.tenantId, row.categoryId),
    { tenant: (row) => row.tenantId },
  );
  readonly contacts = new Table<Contact, 'tenant' | 'activeName' | 'number' | 'accountNumber'>(
    this.journal,
    'contacts',
    (row) => keyOf(row.tenantId, row.contactId),
    {
      tenant: (row) => row.tenantId,
      activeName: (row) => (row.status === 'ACTIVE' ? keyOf(row.tenantId, caseless(row.name)) : undefined),
      number: (row) => (row.texts.ContactNumber ? keyOf(row.tenantId, caseless(row.texts.ContactNumber)) : undefined),
      accountNumber: (row) => (row.texts.AccountNumber ? keyOf(row.tenantId, caseless(row.texts.AccountNumber)) : undefined),
    },
  );
  readonly invoices = new Table<Invoice, 'tenant' | 'number' | 'contact'>(
    this.journal,
    'invoices',
    (row) => keyOf(row.tenantId, row.invoiceId),
    {
      tenant: (row) => row.tenantId,
      number: (row) => (row.number === undefined ? undefined : keyOf(row.tenantId, caseless(row.number))),
      contact: (row) => keyOf(row.tenantId, row.contactId),
    },
  );
  readonly payments = new Table<Payment, 'tenant' | 'document'>(this.journal, 'payments', (row) => keyOf(row.tenantId, row.paymentId), {
    tenant: (row) => row.tenantId,
    document: (row) => keyOf(row.tenantId, row.invoiceId ?? row.creditNoteId ?? ''),
  });
  readonly batchPayments = new Table<BatchPayment, 'tenant'>(
    this.journal,
    'batchPayments',
    (row) => keyOf(row.tenantId, row.batchPaymentId),
    { tenant: (row) => row.tenantId },
  );
  readonly creditNotes = new Table<CreditNote, 'tenant' | 'number'>(
    this.journal,
    'creditNotes',
    (row) => keyOf(row.tenantId, row.creditNoteId),
    {
      tenant: (row) => row.tenantId,
      number: (row) => (row.number === undefined ? undefined : keyOf(row.tenantId, caseless(row.number))),
    },
  );
  readonly history = new Table<HistoryRecord, 'subject'>(this.journal, 'history', (row) => row.id, { subject: (row) => row.subject });
  readonly subscriptions = new Table<Subscription, never>(this.journal, 'subscriptions', (row) => row.clientId, {});
  readonly webhookEvents = new Table<WebhookEvent, 'app'>(this.journal, 'webhookEvents', (row) => row.id, { app: (row) => row.clientId });
  readonly limits = new Table<LimitUse, never>(this.journal, 'limits', (row) => row.key, {});
  readonly idempotentAnswers = new Table<IdempotentAnswer, never>(this.journal, 'idempotentAnswers', (row) => row.id, {});
  readonly calls = new Table<CallCount, never>(this.journal, 'calls', (row) => row.id, {});
  readonly faults = new Table<Fault, never>(this.journal, 'faults', (row) => row.id, {});

  /** Every table by name, for storage, snapshots and reset. */
  tables(): Table<object, string>[] {
    const members = [this.#settings, ...(Object.values(this) as unknown[])];
    return members.filter((member) => member instanceof Table) as Table<object, string>[];
  }

  get settings(): SandboxSettings {
    return (this.#settings.get('settings') as SandboxSettings | undefined) ?? DEFAULT_SETTINGS;
  }

  set settings(settings: SandboxSettings) {
    this.#settings.put(settings);
  }

  get clock(): ClockSetting {
    return (this.#settings.get('clock') as ClockSetting | undefined) ?? { id: 'clock', mode: 'real', offsetMs: 0, virtualNow: 0 };
  }

  set clock(clock: ClockSetting) {
    this.#settings.put(clock);
  }

  /** The private key that signs tokens, as PKCS#8 PEM; undefined until the shell has set one. */
  get signingKey(): string | undefined {
    return (this.#settings.get('signing-key') as SigningKeySetting | undefined)?.pem;
  }

  set signingKey(pem: string | undefined) {
    if (pem === undefined) this.#settings.delete('signing-key');
    else this.#settings.put({ id: 'signing-key', pem });
  }

  /** Sets the seed of everything random; the counter starts again. */
  seed(seed: string): void {
    this.#settings.put({ id: 'source', seed, counter: 0 });
  }

  newGuid(): string {
    return guidFrom(this.#next());
  }

  newToken(): string {
    return tokenFrom(this.#next());
  }

  /** A new number in [0, 1). */
  newShare(): number {
    return shareFrom(this.#next());
  }

  #next(): string {
    const source = (this.#settings.get('source') as SourceSetting | undefined) ?? { id: 'source', seed: 'xero', counter: 0 };
    this.#settings.put({ ...source, counter: source.counter + 1 });
    return `${source.seed}:${String(source.counter)}`;
  }

  /** The organisations, oldest first; the first one is meant when none is named. */
  organisationsInOrder(): Organisation[] {
    return [...this.organisations.values()].sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
  }

  /** The users by e-mail; the first one is meant when none is named. */
  usersInOrder(): XeroUser[] {
    return [...this.users.values()].sort((a, b) => a.created - b.created || (a.email < b.email ? -1 : 1));
  }

  /** All rows of all tables. */
  dump(): Change[] {
    return this.tables().flatMap((table) => [...table.values()].map((value) => ({ table: table.name, key: table.keyFor(value), value })));
  }

  /** Puts stored rows into the empty state. Rows of tables that no longer exist are left out; settings that are newer than the rows have their default. */
  load(rows: Iterable<{ table: string; value: object }>): void {
    const byName = new Map(this.tables().map((table) => [table.name, table]));
    for (const { table, value } of rows) byName.get(table)?.load(value);
    const settings = this.#settings.get('settings');
    if (settings !== undefined) this.#settings.load({ ...DEFAULT_SETTINGS, ...(settings as SandboxSettings) });
  }

  /** Puts rows as changes, so that they are stored and can be undone. */
  putAll(rows: Iterable<Change>): void {
    const byName = new Map(this.tables().map((table) => [table.name, table]));
    for (const { table, value } of rows) if (value !== undefined) byName.get(table)?.put(value);
  }

  /** Deletes every row. */
  clear(): void {
    for (const table of this.tables()) for (const row of [...table.values()]) table.delete(table.keyFor(row));
  }
}
