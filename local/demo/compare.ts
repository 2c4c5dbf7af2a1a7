import { customerFields, customerRules } from '../../shared/domain/customer.ts';
import { addressToField } from '../../shared/domain/address.ts';
import type { Fields } from '../../shared/domain/fields.ts';
import type { Base, Link } from '../../shared/domain/link.ts';
import type { GesCustomer } from '../../shared/domain/records.ts';
import { createConnectionStore } from '../../shared/store/connectionStore.ts';
import { createDocumentClient } from '../../shared/store/documentClient.ts';
import { createLinkStore } from '../../shared/store/linkStore.ts';
import type { LocalStack } from '../stack.ts';
import { json } from './http.ts';

/** One record as both sides have it now. */
export interface Comparison {
  readonly gesId: string;
  readonly contactId: string | null;
  readonly nameInGes: string;
  readonly nameInXero: string | null;
  readonly state: 'agrees' | 'attention' | 'not-followed' | 'differs';
  /** The policy rule that explains what is not simply equal, with a sentence. */
  readonly because: string | null;
}

/** A contact as Xero itself shows it: read from the sandbox's books without going through the product's own mapping. */
interface RawContact {
  readonly ContactID: string;
  readonly Name: string;
  readonly FirstName?: string;
  readonly LastName?: string;
  readonly EmailAddress?: string;
  readonly TaxNumber?: string;
  readonly Phones?: readonly Readonly<Record<'PhoneType' | 'PhoneNumber' | 'PhoneAreaCode' | 'PhoneCountryCode', string | undefined>>[];
  readonly Addresses?: readonly Readonly<Record<string, string | undefined>>[];
}

/**
 * Compares every customer of the account on both sides, field by field, straight from the two systems' own books. Which contact belongs
 * to which customer, and what is known to differ for a reason, comes from the links in the table.
 */
export async function compareCustomers(stack: LocalStack, accountId: string, tenantId: string): Promise<readonly Comparison[]> {
  const client = createDocumentClient({
    endpoint: stack.awsUrl,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const table = { client, tableName: stack.tableName, ids: { next: () => '' } };
    const connection = await createConnectionStore(table).readConnection(accountId);
    const scope = { accountId, generation: connection?.generation ?? 0 };
    const customers = await gesCustomers(stack, accountId);
    const ids = customers.map(({ id }) => id);
    const store = createLinkStore(table);
    const [links, bases] = await Promise.all([store.getLinks(scope, 'customer', ids), store.getBases(scope, 'customer', ids)]);
    const url = `${stack.xeroUrl}/_sandbox/organisations/${tenantId}/contacts`;
    const books = await json<readonly RawContact[]>(url);
    const contacts = new Map(books.map((contact) => [contact.ContactID, contact]));
    return customers.map((customer) => {
      const link = links.get(customer.id);
      return compareOne(customer, link, bases.get(customer.id), contacts.get(link?.xeroId ?? ''));
    });
  } finally {
    client.destroy();
  }
}

async function gesCustomers(stack: LocalStack, accountId: string): Promise<readonly GesCustomer[]> {
  const found: GesCustomer[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const url = `${stack.gesUrl}/_ges/accounts/${accountId}/customers?limit=500${query}`;
    const page: { items: GesCustomer[]; nextCursor: string | null } = await json(url);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

function compareOne(customer: GesCustomer, link: Link | undefined, base: Base | undefined, contact: RawContact | undefined): Comparison {
  const common = { gesId: customer.id, contactId: link?.xeroId ?? null, nameInGes: customer.name, nameInXero: contact?.Name ?? null };
  if (link?.status === 'attention') {
    return { ...common, state: 'attention', because: `F1 ${link.problem?.code ?? ''}: ${link.problem?.message ?? ''}` };
  }
  if (link?.status === 'not-followed' || link?.status === 'ignored') {
    return { ...common, state: 'not-followed', because: `status ${link.status}` };
  }
  if (link === undefined || contact === undefined) return { ...common, state: 'differs', because: 'there is no contact in Xero' };

  const ges = customerFields(customer);
  const xero = contactFieldsOf(contact);
  const reasons: string[] = [];
  for (const [field, rule] of Object.entries(customerRules(link.nameSuffix))) {
    const inGes = ges[field] ?? '';
    const inXero = xero[field] ?? '';
    if (rule.same(rule.toXero(inGes) ?? '', inXero) && inXero !== '') continue;
    if (rule.same(inGes, inXero)) continue;
    if (rule.toXero(inGes) === undefined) reasons.push(`B8: ${field} is not sent, Xero would refuse it`);
    else if (isKeptDifference(field, base, ges, xero)) reasons.push(`B3: ${field} differed at the first meeting and stays as it is`);
    else return { ...common, state: 'differs', because: `${field}: "${inGes}" in GES, "${inXero}" in Xero` };
  }
  if (link.nameSuffix !== undefined) reasons.push(`B3: the name got the suffix${link.nameSuffix} in Xero`);
  return { ...common, state: 'agrees', because: reasons.length === 0 ? null : reasons.join('; ') };
}

/** Known on both sides and unchanged since: what adoption left as it was. */
function isKeptDifference(field: string, base: Base | undefined, ges: Fields, xero: Fields): boolean {
  return (
    base !== undefined && base.ges[field] === ges[field] && base.xero[field] === xero[field] && ges[field] !== '' && xero[field] !== ''
  );
}

function contactFieldsOf(contact: RawContact): Fields {
  const phone = (type: string): string => {
    const slot = contact.Phones?.find(({ PhoneType }) => PhoneType === type);
    return [slot?.PhoneCountryCode, slot?.PhoneAreaCode, slot?.PhoneNumber].filter((part) => part !== undefined && part !== '').join(' ');
  };
  const postal = contact.Addresses?.find(({ AddressType }) => AddressType === 'POBOX') ?? {};
  return {
    name: contact.Name,
    firstName: contact.FirstName ?? '',
    lastName: contact.LastName ?? '',
    email: contact.EmailAddress ?? '',
    phone: phone('DEFAULT'),
    mobile: phone('MOBILE'),
    vatNumber: contact.TaxNumber ?? '',
    billingAddress: addressToField({
      line1: postal['AddressLine1'] ?? '',
      line2: postal['AddressLine2'] ?? '',
      city: postal['City'] ?? '',
      county: postal['Region'] ?? '',
      postcode: postal['PostalCode'] ?? '',
      country: postal['Country'] ?? '',
    }),
  };
}
