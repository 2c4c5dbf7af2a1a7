/** What Xero says when it refuses a payment or its deletion (the last text is not known). */
export const TOO_MUCH = 'Payment amount exceeds the amount outstanding on this document';
export const NOT_AUTHORISED = 'Payments can only be made against Authorised documents';
export const IN_BATCH = 'Payments within a batch cannot be deleted.';
export const RECONCILED = 'Payment cannot be deleted as it has been reconciled with a bank transaction.';
