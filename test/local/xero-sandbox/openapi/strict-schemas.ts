import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Description, DocumentName, Schema } from './description.ts';

/**
 * Which way a value goes: `request` bodies may hold no read-only fields; in an `answer` dates are `/Date(ms)/`; an `echo` is a refused element,
 * whose values may be the very ones that were refused.
 */
export type Direction = 'request' | 'answer' | 'echo';

export interface Misfit {
  /** `key` when the description does not know the key, `value` when the value does not fit. */
  what: 'key' | 'value';
  /** Path inside the body, list positions as `[]`. */
  at: string;
  detail: string;
}

const KEPT = ['type', 'enum', 'const', 'format', 'required', 'minimum', 'maximum', 'minLength', 'oneOf'];
const MS_DATE = '\\/Date\\(-?\\d+([+-]\\d{4})?\\)\\/';
const ANSWERED_DATE = `^${MS_DATE}$`;
const SENT_DATE = `^(\\d{4}-\\d{2}-\\d{2}(T.*)?|${MS_DATE})$`;

/** Checks values against the description, made strict: a key that the description does not know is a misfit. */
export class StrictSchemas {
  readonly #description: Description;
  readonly #ajv = new Ajv({ strict: false, allErrors: true, verbose: true });
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #loaded = new Set<string>();

  constructor(description: Description) {
    this.#description = description;
    formats.default(this.#ajv);
    this.#ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/);
  }

  /** How a value departs from a schema of the document; empty when it fits. */
  misfits(document: DocumentName, direction: Direction, schema: Schema, value: unknown): Misfit[] {
    const validate = this.#validator(document, direction, schema);
    return validate(value) ? [] : (validate.errors ?? []).map(misfitOf);
  }

  #validator(document: DocumentName, direction: Direction, schema: Schema): ValidateFunction {
    const id = `${document}-${direction}`;
    if (!this.#loaded.has(id)) {
      this.#loaded.add(id);
      const schemas = Object.entries(this.#description.schemas(document)).map(([name, raw]) => [
        name,
        this.#strict(document, direction, raw),
      ]);
      this.#ajv.addSchema({ $id: id, components: { schemas: Object.fromEntries(schemas) as unknown } });
    }
    const key = `${id} ${JSON.stringify(schema)}`;
    let validate = this.#compiled.get(key);
    if (validate === undefined) {
      validate = this.#ajv.compile(this.#strict(document, direction, schema));
      this.#compiled.set(key, validate);
    }
    return validate;
  }

  #strict(document: DocumentName, direction: Direction, raw: Schema): Schema {
    if (raw.$ref !== undefined) return { $ref: `${document}-${direction}${raw.$ref}` };
    if (raw.allOf !== undefined) return this.#strict(document, direction, this.merged(document, raw.allOf));
    const strict: Schema = {};
    for (const keyword of KEPT) if (raw[keyword] !== undefined) strict[keyword] = raw[keyword];
    if (direction !== 'echo' && raw.maxLength !== undefined) strict.maxLength = raw.maxLength;
    if (raw['x-is-msdate'] === true || raw['x-is-msdate-time'] === true)
      strict.pattern = direction === 'request' ? SENT_DATE : ANSWERED_DATE;
    if (raw.items !== undefined) strict.items = this.#strict(document, direction, raw.items);
    if (raw.properties !== undefined) {
      const allowed = Object.entries(raw.properties).filter(([, property]) => direction !== 'request' || property.readOnly !== true);
      strict.type = 'object';
      strict.properties = Object.fromEntries(allowed.map(([name, property]) => [name, this.#strict(document, direction, property)]));
      strict.additionalProperties = false;
    }
    return strict;
  }

  /** One schema that asks for all that several ask for: closing each of them alone would refuse the keys of the others. */
  merged(document: DocumentName, parts: readonly Schema[]): Schema {
    return parts
      .map((part) => this.#description.resolved(document, part))
      .map((part) => (part.allOf === undefined ? part : this.merged(document, part.allOf)))
      .reduce((a, b) => this.#joined(document, a, b), {});
  }

  #joined(document: DocumentName, a: Schema, b: Schema): Schema {
    const properties = { ...a.properties };
    for (const [name, property] of Object.entries(b.properties ?? {})) {
      const before = properties[name];
      properties[name] = before === undefined ? property : this.merged(document, [before, property]);
    }
    const items = a.items !== undefined && b.items !== undefined ? this.merged(document, [a.items, b.items]) : (b.items ?? a.items);
    return {
      ...a,
      ...b,
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(items !== undefined && { items }),
      required: [...new Set([...(a.required ?? []), ...(b.required ?? [])])],
    };
  }
}

function misfitOf({ instancePath, keyword, message, params, data }: ErrorObject): Misfit {
  const at = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/[]');
  if (keyword === 'additionalProperties') {
    const name = String((params as { additionalProperty: unknown }).additionalProperty);
    return { what: 'key', at: `${at}/${name}`, detail: 'the description does not know this key' };
  }
  return { what: 'value', at, detail: `${message ?? keyword}: ${JSON.stringify(data)?.slice(0, 80) ?? 'absent'}` };
}
