/**
 * A record seen as a flat set of named text fields: the canonical projection that bases store and that `reconcile`
 * compares. A field that is not given is the empty string, never absent.
 */
export type Fields = Readonly<Record<string, string>>;

/** Some of the fields of a record: what one side is to be told. */
export type Patch = Readonly<Record<string, string>>;
