import type { ViolationKind } from './contract.ts';

/** A departure from the description that is right, and why. One that no exchange needs fails the contract. */
export interface Exception {
  kind: ViolationKind;
  operation: RegExp;
  at: RegExp;
  reason: string;
  /** The description's own example answers depart in the same way, which the contract checks. */
  inExamples: boolean;
}

const ALL = /^/;

export const EXCEPTIONS: readonly Exception[] = [
  {
    kind: 'answer key',
    operation: ALL,
    at: /^\/(Id|Status|ProviderName|DateTimeUTC)$/,
    reason: 'the envelope of every answer is missing in the schemas',
    inExamples: true,
  },
  {
    kind: 'answer key',
    operation: ALL,
    at: /\/(Invoice|(Invoices|CreditNotes)\/\[\])\/(DateString|DueDateString)$/,
    reason: 'documents carry their dates a second time as text',
    inExamples: true,
  },
  {
    kind: 'answer key',
    operation: /(Invoices?|CreditNotes?)$/,
    at: /^\/Elements\/\[\]\/(DateString|DueDateString)$/,
    reason: 'so does the echo of a refused document',
    inExamples: false,
  },
  {
    kind: 'answer key',
    operation: /History$/,
    at: /^\/HistoryRecords\/\[\]\/DateUTCString$/,
    reason: 'history lines carry their time a second time as text',
    inExamples: true,
  },
  {
    kind: 'answer key',
    operation: ALL,
    at: /\/LineItems\/\[\]\/ValidationErrors$/,
    reason: 'lines carry their own list of errors',
    inExamples: true,
  },
  {
    kind: 'answer key',
    operation: ALL,
    at: /\/LineItems\/\[\]\/DiscountEnteredAsPercent$/,
    reason: 'seen in live answers: which of the two ways a discount was typed in',
    inExamples: false,
  },
  {
    kind: 'answer value',
    operation: /^deleteCreditNoteAllocations$/,
    at: /^$/,
    reason: 'the allocation alone, without envelope and amount',
    inExamples: true,
  },
  {
    kind: 'answer value',
    operation: /^getConnections$/,
    at: /^\/\[\]\/(createdDateUtc|updatedDateUtc)$/,
    reason: 'seven fractional digits and no zone, though the format is date-time',
    inExamples: true,
  },
  {
    kind: 'answer key',
    operation: /^token$/,
    at: /^\/scope$/,
    reason: 'the token answer names the scopes',
    inExamples: false,
  },
  {
    kind: 'parameter',
    operation: /^authorizePage$/,
    at: /^query (response_type|client_id|redirect_uri|scope|state)$/,
    reason: 'the description gives the address only; the parameters are those of OAuth 2.0',
    inExamples: false,
  },
  {
    kind: 'operation',
    operation: /^(getConnections|deleteConnection)$/,
    at: /^\/connections/,
    reason: 'all official code writes the path in lower case',
    inExamples: false,
  },
  {
    kind: 'operation',
    operation: /^(POST \/connect\/revocation|GET \/\.well-known\/openid-configuration(\/jwks)?)$/,
    at: ALL,
    reason: 'OAuth and OpenID Connect endpoints that Xero documents elsewhere',
    inExamples: false,
  },
  {
    kind: 'request key',
    operation: /^createContacts$/,
    at: /^\/(Name|contacts)$/,
    reason: 'a bare object, or the envelope key in any case, is taken as well',
    inExamples: false,
  },
  {
    kind: 'request key',
    operation: /^createContacts$/,
    at: /^\/Contacts\/\[\]\/Shoesize$/,
    reason: 'unknown keys are ignored without error',
    inExamples: false,
  },
  {
    kind: 'request key',
    operation: /^createContacts$/,
    at: /^\/Contacts\/\[\]\/UpdatedDateUTC$/,
    reason: 'the description’s own example sends this read-only field; it is ignored',
    inExamples: false,
  },
  {
    kind: 'parameter',
    operation: /^getInvoices$/,
    at: /^header if-modified-since$/,
    reason: 'UTC without zone is the form the documentation asks for, though the format is date-time',
    inExamples: false,
  },
  {
    kind: 'parameter',
    operation: /^createInvoices$/,
    at: /^query allowBackorders$/,
    reason: 'newer than the description: spec 19.0.0, from which xero-node 20 is made',
    inExamples: false,
  },
  {
    kind: 'request key',
    operation: /^createInvoices$/,
    at: /^\/Invoices\/\[\]\/(RoundingAmount|EnteredTotal)$/,
    reason: 'newer than the description: spec 19.0.0; ignored where the organisation has not opted in',
    inExamples: false,
  },
  {
    kind: 'delivery value',
    operation: /^webhook$/,
    at: /^\/events\/\[\]\/eventDateUtc$/,
    reason: 'no zone, though the format is date-time; the example of the description has none either',
    inExamples: false,
  },
  {
    kind: 'delivery value',
    operation: /^webhook$/,
    at: /^\/(first|last)EventSequence$/,
    reason: 'the intent-to-receive check has no events and sequences 0',
    inExamples: false,
  },
];
