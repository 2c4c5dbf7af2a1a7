import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/**
 * A refusal to be told to the caller of an HTTP route as a problem document (RFC 9457). Everything in it is public:
 * a stable `code`, a plain `title`, a `detail` that says what to do; never a stack or an upstream body.
 */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Further members of the document, e.g. `field` of a 422. */
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(
    problem: { readonly status: number; readonly code: string; readonly title: string; readonly detail: string },
    extra: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(`${problem.code}: ${problem.detail}`, options);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.extra = extra;
  }
}

/** What a caller may know of an error that nobody foresaw: nothing but the id to quote. */
export function unexpectedProblem(correlationId: string): HttpProblem {
  return new HttpProblem({
    status: 500,
    code: 'unexpected-error',
    title: 'Something went wrong on our side',
    detail: `Please try again. If it stays, tell support this number: ${correlationId}`,
  });
}

/** The problem as an answer of an HTTP API function. */
export function problemAnswer(problem: HttpProblem): APIGatewayProxyStructuredResultV2 {
  const { status, code, title, detail, extra } = problem;
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify({ ...extra, type: `urn:ges-xero-sync:problem:${code}`, title, status, detail, code }),
  };
}
