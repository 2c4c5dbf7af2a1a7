/** Fields of the description's example answers that the sandbox never shows, and why. */
export const NOT_SHOWN: readonly { at: RegExp; reason: string }[] = [
  { at: /\/Attachments(\/|$)/, reason: 'attachments are not part of the sandbox; HasAttachments is always false' },
  {
    at: /^\/Contacts\/\[\]\/(Discount|Website|BrandingTheme|BatchPayments)(\/|$)/,
    reason: 'read-only extras that nobody can set in the sandbox',
  },
  { at: /\/ContactGroups\/\[\]\//, reason: 'contact groups are not part of the sandbox; the list is always empty' },
  { at: /\/RepeatingInvoiceID$/, reason: 'repeating invoices are not part of the sandbox' },
  { at: /\/ItemCode$/, reason: 'items are not part of the sandbox' },
  { at: /^\/Organisations\/\[\]\/APIKey$/, reason: 'left over from before OAuth 2.0' },
  { at: /^\/(CISSetting(\/|$)|CISSettings\/\[\]\/CISEnambed$)/, reason: 'these examples are wrong; the schemas are right' },
  { at: /\/TaxNumbeType$/, reason: 'a misspelling of TaxNumberType, which is for the US' },
  { at: /^\/HistoryRecords\/\[\]\/ValidationErrors$/, reason: 'an empty list on some examples only; the schema does not have it' },
  { at: /^\/(CreditNotes\/\[\]|Allocations\/\[\]\/CreditNote)\/ID$/, reason: 'repeats CreditNoteID; the schema does not have it' },
  {
    at: /^\/(AllocationId|Invoice\/\[\](\/InvoiceID)?)$/,
    reason: 'this example is wrong; the schema, from which clients are made, is right',
  },
];

/** The paths of all keys of a value, list positions as `[]`. */
export function keysIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysIn(item, `${at}/[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${at}/${key}`, ...keysIn(inner, `${at}/${key}`)]);
}
