/** `source` of the events that we publish. */
export const OUTCOME_SOURCE = 'ges.xero-sync';
