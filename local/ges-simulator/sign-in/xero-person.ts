import { z } from 'zod';

const person = z.object({ xeroUserId: z.string().min(1), email: z.string(), givenName: z.string(), familyName: z.string() });

/** Who somebody is at Xero, as the Integration API tells it. The e-mail is no proof of anything in GES. */
export type XeroPerson = z.infer<typeof person>;

/** What came back from Xero: a person, or a code that says why not. */
export type XeroArrival = { readonly person: XeroPerson } | { readonly error: string };

/** Reads the answer of `POST /v1/auth/xero/exchange`. Undefined: it is none. */
export function readXeroPerson(answer: unknown): XeroPerson | undefined {
  return person.safeParse(answer).data;
}
