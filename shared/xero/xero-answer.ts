/** A failed call of xero-node, whatever shape it came in (three error shapes in one SDK). */
export interface XeroErrorAnswer {
  /** HTTP status; 0 when no usable answer came, so that the outcome of a write is unknown. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text that came instead. */
  readonly body: unknown;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function lowerCased(headers: unknown): Record<string, string> {
  const entries = Object.entries(asObject(headers) ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/**
 * Reads what xero-node rejected with: a JSON string with the answer inside, an object with `response`, an AxiosError, or any
 * other error. Never throws; what cannot be understood has status 0.
 */
export function readXeroError(thrown: unknown): XeroErrorAnswer {
  const outer = typeof thrown === 'string' ? asObject(parsed(thrown)) : asObject(thrown);
  const response = asObject(outer?.['response']);
  const status = response?.['statusCode'] ?? response?.['status'];
  const body = response?.['body'] ?? response?.['data'];
  const text = thrown instanceof Error ? thrown.message : typeof thrown === 'string' && outer === undefined ? thrown : '';
  return {
    status: typeof status === 'number' ? status : 0,
    headers: lowerCased(response?.['headers']),
    body: typeof body === 'string' ? parsed(body) : (body ?? text),
  };
}

/** The sentences in which Xero says what is wrong: of all elements, then of the body as a whole. Without repeats. */
export function xeroMessages(body: unknown): readonly string[] {
  if (typeof body === 'string') return /<html|<!doctype/i.test(body) ? [] : [body.trim()].filter((text) => text !== '');
  const whole = asObject(body);
  if (whole === undefined) return [];
  const elements = Array.isArray(whole['Elements']) ? (whole['Elements'] as unknown[]) : [];
  const ofElements = elements.flatMap((element) => validationMessages(asObject(element)?.['ValidationErrors']));
  const ofWhole = [whole['Message'], whole['Detail'], whole['Title']].find((text) => typeof text === 'string' && text !== '');
  const all = ofElements.length > 0 ? ofElements : typeof ofWhole === 'string' ? [ofWhole] : [];
  return [...new Set(all)];
}

/** Xero's messages when it refused the content of a request (400 ValidationException); undefined for any other answer. */
export function validationRefusal({ status, body }: XeroErrorAnswer): readonly string[] | undefined {
  if (status !== 400 || asObject(body)?.['Type'] !== 'ValidationException') return undefined;
  return xeroMessages(body);
}

function validationMessages(errors: unknown): readonly string[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => asObject(error)?.['Message']).filter((message) => typeof message === 'string');
}
