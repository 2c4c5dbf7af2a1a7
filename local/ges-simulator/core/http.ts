/** One HTTP request as the core sees it. Header names are lower case; `body` is the raw text. */
export interface GesRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One HTTP answer. `body` is sent as JSON; null means an empty body. */
export interface GesAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Each becomes a `Set-Cookie`. */
  readonly cookies?: readonly string[];
  readonly body: unknown;
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Thrown anywhere in the core to answer an RFC 9457 problem document instead (type, title, status, detail, code). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldError[];

  constructor(status: number, code: string, detail: string, fields: readonly FieldError[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  410: 'Over',
  413: 'Too large',
  415: 'Wrong content type',
  422: 'Cannot be accepted',
  428: 'Condition missing',
  429: 'Too many tries',
  500: 'Something went wrong',
  502: 'Upstream does not answer',
};

/** The answer that carries a problem document. */
export function problemAnswer(problem: Problem): GesAnswer {
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="ges-platform"' } : {}),
    },
    body: {
      type: `https://app.gasengineer.example/problems/${problem.code}`,
      title: TITLES[problem.status] ?? 'Problem',
      status: problem.status,
      detail: problem.message,
      code: problem.code,
      ...(problem.fields.length > 0 ? { errors: problem.fields } : {}),
    },
  };
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): GesAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** An answer without a body. */
export function empty(status: number): GesAnswer {
  return { status, headers: {}, body: null };
}

/** Parses a JSON request body that must be an object. @throws Problem 400 */
export function parseJsonObject(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Problem(400, 'invalid-json', 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem(400, 'invalid-json', 'The body must be a JSON object.');
  }
  return value as Record<string, unknown>;
}
