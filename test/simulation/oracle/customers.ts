import { customerRules } from '../../../shared/domain/customer.ts';
import type { Books } from './books.ts';

/** One customer is one contact (B1), and what travels is equal on both sides but for what the policy lets differ (B2–B4, B8). */
export function judgeCustomers(books: Books): readonly string[] {
  const wrong: string[] = [];
  const contacts = new Map(books.contacts.map((contact) => [contact.contactId, contact]));
  const taken = new Map<string, string>();
  for (const customer of books.customers) {
    const link = books.links.get(`customer ${customer.id}`);
    const ours = books.contacts.filter((contact) => contact.texts.ContactNumber === customer.id);
    if (ours.length > 1) wrong.push(`B1: ${customer.id} has ${String(ours.length)} contacts`);
    if (link?.xeroId === undefined) continue;
    const other = taken.get(link.xeroId);
    if (other !== undefined) wrong.push(`B1: ${customer.id} and ${other} are one contact`);
    taken.set(link.xeroId, customer.id);
    if (link.status === 'attention' || link.status === 'pending') continue;
    const contact = contacts.get(link.xeroId);
    const base = books.bases.get(`customer ${customer.id}`);
    if (contact === undefined || base === undefined) {
      wrong.push(`${customer.id} is linked to a contact that Xero does not have`);
      continue;
    }
    const phone = (type: 'MOBILE' | 'DEFAULT'): string => {
      const { PhoneCountryCode = '', PhoneAreaCode = '', PhoneNumber = '' } = contact.phones[type] ?? {};
      return [PhoneCountryCode, PhoneAreaCode, PhoneNumber].filter((part) => part !== '').join(' ');
    };
    const theirs: Readonly<Record<string, string>> = {
      email: contact.texts.EmailAddress ?? '',
      mobile: phone('MOBILE'),
      phone: phone('DEFAULT'),
    };
    const rules = customerRules(link.nameSuffix);
    for (const field of ['email', 'mobile', 'phone'] as const) {
      const rule = rules[field];
      const [here, there] = [customer[field], theirs[field] ?? ''];
      const wasAgreedToDiffer = base.ges[field] === here && rule?.same(base.xero[field] ?? '', there) === true;
      if (rule !== undefined && !rule.same(here, there) && !wasAgreedToDiffer)
        wrong.push(`E1: ${customer.id} ${field}: "${here}" here, "${there}" in Xero`);
    }
  }
  return wrong;
}
