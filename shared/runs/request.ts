import * as z from 'zod';

/** What support may ask of the bulk-sync Lambda, checked at the edge. */

const dayText = z.iso.date('must be a date like 2026-11-22');
const who = {
  accountId: z.string('must be the account id, e.g. "acct_demo"').min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
};

const syncRequest = z
  .strictObject({
    action: z.literal('sync'),
    ...who,
    types: z
      .array(z.enum(['customer', 'invoice', 'payment'], 'must be "customer", "invoice" or "payment"'))
      .nonempty('must name at least one type')
      .refine((types) => !types.includes('payment') || types.includes('invoice'), 'payments follow their invoices: name "invoice" too')
      .default(['customer', 'invoice', 'payment']),
    from: dayText.optional(),
    to: dayText.optional(),
    ids: z.array(z.string().min(1)).max(500, 'must have at most 500 ids').default([]),
    dryRun: z.literal(false, 'a dry run is not offered so far; leave it out or say false').default(false),
    includeUnused: z.boolean().default(false),
    requestedBy: z.string('must say who asks, e.g. "support:j.smith"').min(1, 'must not be empty').max(200),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, { path: ['from'], error: 'must not be after "to"' });
const runRequest = {
  ...who,
  runId: z.string('must be the runId that "sync" answered').min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
  requestedBy: z.string().min(1).max(200).optional(),
};
/** Every request that is understood, by `action`. */
export const bulkRequest = z.discriminatedUnion(
  'action',
  [
    syncRequest,
    z.strictObject({ action: z.literal('report'), ...runRequest }),
    z.strictObject({ action: z.literal('cancel'), ...runRequest }),
  ],
  { error: 'must be "sync", "report" or "cancel"' },
);

export type SyncRequest = z.infer<typeof syncRequest>;
export type BulkRequest = z.infer<typeof bulkRequest>;

/** The request does not fit: the message names every field and what is wrong with it. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** Checks a request as it came. Throws BadRequest. */
export function parseBulkRequest(input: unknown): BulkRequest {
  const parsed = bulkRequest.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new BadRequest(`Bad bulk-sync request. ${faults.join('; ')}.`);
}
