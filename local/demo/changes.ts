import type { LocalStack } from '../stack.ts';
import { compareCustomers } from './compare.ts';
import { eventually, json } from './http.ts';

/** A change that was played, and how long both sides took to agree on it. */
export interface Played {
  readonly what: string;
  readonly seconds: number;
}

/** Where the demo plays: the stack, the account, and its organisation. */
export interface DemoPlace {
  readonly stack: LocalStack;
  readonly accountId: string;
  readonly tenantId: string;
}

const LONGEST_CHANGE_MS = 60_000;

/** The fields that the demo edits and looks at, as each side shows them. */
interface InGes {
  readonly id: string;
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
 * Plays four changes, one after the other, and waits each time until both sides hold what the policy says: a contact edited in Xero, a
 * customer edited in GES, both sides editing different fields, both sides editing the same field (E1: GES wins on contact details).
 */
export async function playChanges(place: DemoPlace, progress: (line: string) => void): Promise<readonly Played[]> {
  const [first, second, third, fourth] = await linkedPairs(place);
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error('The demo needs four customers that are in step.');
  }
  const scenes: readonly Scene[] = [
    {
      what: 'a contact edited in Xero (new e-mail address)',
      act: () => editInXero(place, first, { EmailAddress: 'new.office@hearth.example' }),
      holds: (ges) => ges.email === 'new.office@hearth.example',
      pair: first,
    },
    {
      what: 'a customer edited in GES (new phone number)',
      act: () => editInGes(place, second, { phone: '0113 496 0901' }),
      holds: (_ges, xero) => phoneOf(xero, 'DEFAULT') === '0113 496 0901',
      pair: second,
    },
    {
      what: 'both sides edit different fields (mobile in GES, e-mail in Xero)',
      act: async () => {
        await editInGes(place, third, { mobile: '07700 900902' });
        await editInXero(place, third, { EmailAddress: 'changed.in.xero@hearth.example' });
      },
      holds: (ges, xero) => ges.email === 'changed.in.xero@hearth.example' && phoneOf(xero, 'MOBILE') === '07700 900902',
      pair: third,
    },
    {
      what: 'both sides edit the same field (phone): GES wins, the other value is kept in the timeline (E1, E2)',
      act: async () => {
        await editInXero(place, fourth, { Phones: [{ PhoneType: 'DEFAULT', PhoneNumber: '0113 496 0904' }] });
        await editInGes(place, fourth, { phone: '0113 496 0903' });
      },
      holds: (ges, xero) => ges.phone === '0113 496 0903' && phoneOf(xero, 'DEFAULT') === '0113 496 0903',
      pair: fourth,
    },
  ];
  const played: Played[] = [];
  for (const scene of scenes) {
    const started = performance.now();
    await scene.act();
    await eventually(`"${scene.what}"`, LONGEST_CHANGE_MS, () => settled(place, scene));
    const seconds = (performance.now() - started) / 1000;
    played.push({ what: scene.what, seconds });
    progress(`${scene.what}: in step after ${seconds.toFixed(1)} s`);
  }
  return played;
}

interface Pair {
  readonly gesId: string;
  readonly contactId: string;
}
interface Scene {
  readonly what: string;
  readonly pair: Pair;
  act(): Promise<unknown>;
  readonly holds: (ges: InGes, xero: InXero) => boolean;
}

/** Customers that are simply equal on both sides, with their contacts. */
async function linkedPairs({ stack, accountId, tenantId }: DemoPlace): Promise<readonly Pair[]> {
  const equal = (await compareCustomers(stack, accountId, tenantId)).filter(({ state, because }) => state === 'agrees' && because === null);
  return equal.flatMap(({ gesId, contactId }) => (contactId === null ? [] : [{ gesId, contactId }]));
}

async function settled(place: DemoPlace, { pair, holds }: Scene): Promise<true | undefined> {
  const ges = await json<InGes>(`${place.stack.gesUrl}/_ges/accounts/${place.accountId}/customers/${pair.gesId}`);
  const contacts = `${place.stack.xeroUrl}/_sandbox/organisations/${place.tenantId}/contacts`;
  const books = await json<readonly InXero[]>(contacts);
  const xero = books.find(({ ContactID }) => ContactID === pair.contactId);
  if (xero === undefined || !holds(ges, xero)) return undefined;
  const all = await compareCustomers(place.stack, place.accountId, place.tenantId);
  return all.every(({ state }) => state !== 'differs') ? true : undefined;
}

function editInXero({ stack, tenantId }: DemoPlace, { contactId }: Pair, change: object): Promise<unknown> {
  return json(`${stack.xeroUrl}/_sandbox/as-user/contacts/${contactId}`, { method: 'POST', body: { tenantId, ...change } });
}

function editInGes({ stack, accountId }: DemoPlace, { gesId }: Pair, change: object): Promise<unknown> {
  return json(`${stack.gesUrl}/_ges/accounts/${accountId}/customers/${gesId}`, { method: 'PATCH', body: change });
}

function phoneOf(contact: InXero, type: string): string {
  return contact.Phones?.find(({ PhoneType }) => PhoneType === type)?.PhoneNumber ?? '';
}
