import { customerFields, customerRules } from '../../shared/domain/customer.ts';
import { addressToField } from '../../shared/domain/address.ts';
import type { Fields } from '../../shared/domain/fields.ts';
import type { Base } from '../../shared/domain/link.ts';
import type { GesCustomer } from '../../shared/domain/records.ts';
import type { Comparison, Followed } from './comparison.ts';

/** A contact as Xero itself shows it: read from the sandbox's books without going through the product's own mapping. */
export interface RawContact {
  readonly ContactID: string;
  readonly Name: string;
  readonly FirstName?: string;
  readonly LastName?: string;
  readonly EmailAddress?: string;
  readonly TaxNumber?: string;
  readonly Phones?: readonly Readonly<Record<'PhoneType' | 'PhoneNumber' | 'PhoneAreaCode' | 'PhoneCountryCode', string | undefined>>[];
  readonly Addresses?: readonly Readonly<Record<string, string | undefined>>[];
}

/** One customer and its contact, field by field (B3, B4, B8). */
export function compareCustomer(
  customer: GesCustomer,
  link: Followed | undefined,
  base: Base | undefined,
  contact: RawContact | undefined,
): Comparison {
  const common = {
    type: 'customer',
    gesId: customer.id,
    xeroId: link?.xeroId ?? null,
    inGes: customer.name,
    inXero: contact?.Name ?? null,
  } as const;
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
