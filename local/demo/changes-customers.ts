import type { DemoPlace, Scene } from './scene.ts';
import type { Comparison } from './comparison.ts';
import { json } from './http.ts';

/** The fields that the scenes edit and look at, as each side shows them. */
interface InGes {
  readonly email: string;
  readonly phone: string;
  readonly mobile: string;
}
interface InXero {
  readonly ContactID: string;
  readonly EmailAddress?: string;
  readonly Phones?: readonly { readonly PhoneType: string; readonly PhoneNumber?: string }[];
}

/**
 * A contact edited in Xero, a customer edited in GES, both sides editing different fields, both sides editing the same field (E1: GES wins
 * on contact details). Throws when there are not four customers to play with.
 */
export function customerScenes(place: DemoPlace, agreeing: readonly Comparison[]): readonly Scene[] {
  const equal = agreeing.filter(({ type, because }) => type === 'customer' && because === null);
  const [first, second, third, fourth] = equal;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error('The demo needs four customers that are in step.');
  }
  const scene = (what: string, pair: Comparison, act: () => Promise<unknown>, holds: (ges: InGes, xero: InXero) => boolean): Scene => ({
    what,
    act,
    holds: async () => holds(await inGes(place, pair), await inXero(place, pair)),
  });
  return [
    scene(
      'a contact edited in Xero (new e-mail address)',
      first,
      () => editInXero(place, first, { EmailAddress: 'new.office@hearth.example' }),
      (ges) => ges.email === 'new.office@hearth.example',
    ),
    scene(
      'a customer edited in GES (new phone number)',
      second,
      () => editInGes(place, second, { phone: '0113 496 0901' }),
      (_ges, xero) => phoneOf(xero, 'DEFAULT') === '0113 496 0901',
    ),
    scene(
      'both sides edit different fields (mobile in GES, e-mail in Xero)',
      third,
      async () => {
        await editInGes(place, third, { mobile: '07700 900902' });
        await editInXero(place, third, { EmailAddress: 'changed.in.xero@hearth.example' });
      },
      (ges, xero) => ges.email === 'changed.in.xero@hearth.example' && phoneOf(xero, 'MOBILE') === '07700 900902',
    ),
    scene(
      'both sides edit the same field (phone): GES wins, the other value is kept in the timeline (E1, E2)',
      fourth,
      async () => {
        await editInXero(place, fourth, { Phones: [{ PhoneType: 'DEFAULT', PhoneNumber: '0113 496 0904' }] });
        await editInGes(place, fourth, { phone: '0113 496 0903' });
      },
      (ges, xero) => ges.phone === '0113 496 0903' && phoneOf(xero, 'DEFAULT') === '0113 496 0903',
    ),
  ];
}

function inGes({ stack, accountId }: DemoPlace, { gesId }: Comparison): Promise<InGes> {
  return json(`${stack.gesUrl}/_ges/accounts/${accountId}/customers/${gesId}`);
}

async function inXero({ stack, tenantId }: DemoPlace, { xeroId }: Comparison): Promise<InXero> {
  const contacts = await json<readonly InXero[]>(`${stack.xeroUrl}/_sandbox/organisations/${tenantId}/contacts`);
  const contact = contacts.find(({ ContactID }) => ContactID === xeroId);
  if (contact === undefined) throw new Error(`Xero has no contact ${xeroId ?? ''}.`);
  return contact;
}

function editInXero({ stack, tenantId }: DemoPlace, { xeroId }: Comparison, change: object): Promise<unknown> {
  return json(`${stack.xeroUrl}/_sandbox/as-user/contacts/${xeroId ?? ''}`, { method: 'POST', body: { tenantId, ...change } });
}

function editInGes({ stack, accountId }: DemoPlace, { gesId }: Comparison, change: object): Promise<unknown> {
  return json(`${stack.gesUrl}/_ges/accounts/${accountId}/customers/${gesId}`, { method: 'PATCH', body: change });
}

function phoneOf(contact: InXero, type: string): string {
  return contact.Phones?.find(({ PhoneType }) => PhoneType === type)?.PhoneNumber ?? '';
}
