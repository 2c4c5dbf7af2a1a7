import type { Contact, ContactPatch } from '../../shared/domain/contact.ts';
import { AttentionFailure, RetryFailure } from '../../shared/sync/errors.ts';
import type { Clock, ElementAnswer, XeroBooks } from '../../shared/sync/ports.ts';
import { createFaultPlan, failureOf, savesFirst, type Fault } from './fake-faults.ts';
import { bareContact } from './fake-records.ts';

/** These come before the books, or their idempotency keys, have seen anything. */
const REFUSED_AT_THE_DOOR: ReadonlySet<Fault> = new Set<Fault>([
  'too-many-requests',
  'consent-gone',
  'lost-answer-before',
  'offline-before',
]);
/** Keys live six minutes from first use (xero-facts §3). */
const KEY_LIVES_MS = 6 * 60_000;
const SEARCH_RESULTS = 100;

export interface BooksCall {
  readonly method: keyof XeroBooks;
  readonly elements: number;
}

/** An organisation in Xero, in memory, with the behaviour of xero-facts §3 and §5 that the sync depends on. */
export interface FakeBooks extends XeroBooks {
  readonly calls: readonly BooksCall[];
  /** Calls since the last reset that write. */
  readonly writes: readonly BooksCall[];
  forgetCalls(): void;
  failNext(method: keyof XeroBooks, ...faults: readonly Fault[]): void;
  /** A request that holds an element of this name is refused as a whole, as Xero does with what it cannot parse. */
  refuseWholeFor(name: string): void;
  /** An element of this name is refused in these words, the others of its batch are not. */
  refuse(name: string, message: string): void;
  /** An e-mail that Xero takes for none, although it looks like one. */
  refuseEmail(email: string): void;
  /** Something happens while the next call of this method (that holds an element of this name) is on its way. */
  meanwhile(method: keyof XeroBooks, happen: () => unknown, toElementNamed?: string): void;
  all(): readonly Contact[];
  named(name: string): readonly Contact[];
  /** What a bookkeeper does in Xero itself. Raises a webhook. */
  asUser: {
    create(varied: Partial<Contact>): Contact;
    edit(contactId: string, change: Partial<Contact>): Contact;
  };
}

/** `webhook` is told of every change, our own included (xero-facts §4). */
export function createFakeBooks(clock: Clock, webhook: (contactId: string, at: number, change: 'created' | 'updated') => void): FakeBooks {
  const contacts = new Map<string, Contact>();
  const plan = createFaultPlan();
  const cached = new Map<
    string,
    { readonly at: number; readonly body: string; readonly answer: readonly ElementAnswer<Contact>[] | Error }
  >();
  const unparsable = new Set<string>();
  const refusals = new Map<string, string>();
  const refusedEmails = new Set<string>();
  let interludes: { readonly method: keyof XeroBooks; readonly happen: () => unknown; readonly name: string | undefined }[] = [];
  let calls: BooksCall[] = [];
  let lastTime = 0;
  let lastId = 0;

  const tick = (): number => (lastTime = Math.max(clock.now(), lastTime + 1));
  const save = (contact: Contact, change: 'created' | 'updated'): Contact => {
    const saved = { ...contact, updatedAt: tick() };
    contacts.set(saved.contactId, saved);
    webhook(saved.contactId, saved.updatedAt, change);
    return saved;
  };
  const newId = (): string => `contact-${String(++lastId)}`;

  function validate(patch: ContactPatch, self: Contact | undefined): readonly string[] {
    const others = [...contacts.values()].filter((contact) => contact.contactId !== self?.contactId);
    const { name, contactNumber, email } = patch;
    const refusal = refusals.get(name ?? '');
    const messages: string[] = refusal === undefined ? [] : [refusal];
    if (self?.status === 'ARCHIVED')
      messages.push('The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the API.');
    if (self === undefined && (name ?? '') === '') messages.push('The contact name must be specified.');
    if (name !== undefined && (/[<>]|\s\s|^\s|\s$/.test(name) || name.length > 255)) messages.push('The contact name is invalid.');
    if (name !== undefined && others.some((other) => other.status === 'ACTIVE' && other.name.toLowerCase() === name.toLowerCase()))
      messages.push(
        `The contact name ${name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
      );
    if ((contactNumber ?? '') !== '' && others.some((other) => other.contactNumber === contactNumber))
      messages.push('Another contact has this contact number. Please enter a different contact number.');
    if ((email ?? '') !== '' && (refusedEmails.has(email ?? '') || !/^[!-~]+@[!-~]+\.[!-~]+$/.test(email ?? '')))
      messages.push('Email address must be valid.');
    return messages;
  }

  async function interlude(method: keyof XeroBooks, elements: readonly ContactPatch[] = []): Promise<void> {
    const isNow = (one: (typeof interludes)[number]): boolean =>
      one.method === method && (one.name === undefined || elements.some(({ name }) => name === one.name));
    const now = interludes.find(isNow);
    interludes = interludes.filter((one) => one !== now);
    await now?.happen();
  }

  /** One writing call: key, faults, then the elements one by one. */
  async function write<E extends ContactPatch>(
    method: 'createContacts' | 'updateContacts',
    elements: readonly E[],
    key: string,
    saveOne: (element: E) => ElementAnswer<Contact>,
  ): Promise<readonly ElementAnswer<Contact>[]> {
    await interlude(method, elements);
    calls.push({ method, elements: elements.length });
    const fault = plan.take(method);
    const body = JSON.stringify([method, elements]);
    const known = cached.get(key);
    const isKnown = known !== undefined && clock.now() - known.at < KEY_LIVES_MS;
    if (fault !== undefined && REFUSED_AT_THE_DOOR.has(fault)) throw failureOf(fault);
    if (isKnown && known.body !== body)
      throw new AttentionFailure({
        code: 'refused-by-xero',
        message: 'Refused.',
        fix: '-',
        detail: `Idempotency Key: ${key} is used with a different request.`,
      });
    if (isKnown) {
      if (known.answer instanceof Error) throw known.answer;
      if (fault !== undefined) throw failureOf(fault);
      return known.answer;
    }
    if (elements.some((element) => unparsable.has(element.name ?? ''))) throw failureOf('refused-as-a-whole');
    if (fault === 'refused-as-a-whole') throw failureOf(fault);
    const answer = savesFirst(fault) ? elements.map(saveOne) : [];
    const failure = fault === undefined ? undefined : failureOf(fault);
    const isServerError = failure instanceof RetryFailure && failure.outcome === 'server-error';
    cached.set(key, { at: clock.now(), body, answer: isServerError ? failure : answer });
    if (failure !== undefined) throw failure;
    return answer;
  }

  async function read(method: keyof XeroBooks, elements: number, select: () => readonly Contact[]): Promise<readonly Contact[]> {
    await interlude(method);
    calls.push({ method, elements });
    const fault = plan.take(method);
    if (fault !== undefined) throw failureOf(fault);
    return select();
  }

  return {
    get calls() {
      return calls;
    },
    get writes() {
      return calls.filter(({ method }) => method === 'createContacts' || method === 'updateContacts');
    },
    forgetCalls: () => void (calls = []),
    failNext: plan.failNext,
    refuse: (name, message) => void refusals.set(name, message),
    refuseEmail: (email) => void refusedEmails.add(email),
    meanwhile: (method, happen, toElementNamed) => void interludes.push({ method, happen, name: toElementNamed }),
    refuseWholeFor: (name) => void unparsable.add(name),
    all: () => [...contacts.values()],
    named: (name) => [...contacts.values()].filter((contact) => contact.name === name),
    asUser: {
      create: (varied) => save(bareContact({ ...varied, contactId: varied.contactId ?? newId() }), 'created'),
      edit(contactId, change) {
        const present = contacts.get(contactId);
        if (present === undefined) throw new RangeError(`no contact ${contactId}`);
        return save({ ...present, ...change }, 'updated');
      },
    },

    contactsByIds: async (ids) =>
      read('contactsByIds', ids.length, () => [...contacts.values()].filter(({ contactId }) => ids.includes(contactId))),
    async searchContacts(term) {
      const text = term.toLowerCase();
      const holds = ({ name, firstName, lastName, email, contactNumber }: Contact): boolean =>
        [name, firstName, lastName, email, contactNumber].some((value) => value.toLowerCase().includes(text));
      return read('searchContacts', 1, () => [...contacts.values()].filter(holds).slice(0, SEARCH_RESULTS));
    },
    // Second precision, as If-Modified-Since has it.
    allContacts: async (modifiedSince = 0) =>
      read('allContacts', 1, () => [...contacts.values()].filter(({ updatedAt }) => updatedAt >= Math.floor(modifiedSince / 1000) * 1000)),

    createContacts: async (elements, key) =>
      write('createContacts', elements, key, (element) => {
        const messages = validate(element, undefined);
        if (messages.length > 0) return { ok: false, messages };
        return { ok: true, record: save({ ...bareContact({ contactId: newId(), isCustomer: false, name: '' }), ...element }, 'created') };
      }),
    updateContacts: async (elements, key) =>
      write('updateContacts', elements, key, (element) => {
        const present = contacts.get(element.contactId);
        if (present === undefined) throw failureOf('refused-as-a-whole');
        const messages = validate(element, present);
        if (messages.length > 0) return { ok: false, messages };
        return { ok: true, record: save({ ...present, ...element }, 'updated') };
      }),
  };
}
