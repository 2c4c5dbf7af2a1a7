import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
/** What the stub answers: an answer, or `hang up` (the connection is cut without one). */
export type StubAnswer =
  | { readonly status: number; readonly json?: unknown; readonly text?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang up';

/** A stand-in for Xero's API over real HTTP, which answers whatever a test wants and writes down what it was asked. */
export interface StubXero {
  readonly url: string;
  readonly calls: StubCall[];
  answer: (call: StubCall) => StubAnswer | Promise<StubAnswer>;
  close(): Promise<void>;
}

export async function startStubXero(): Promise<StubXero> {
  const calls: StubCall[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://stub');
      const call: StubCall = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      calls.push(call);
      void Promise.resolve(stub.answer(call)).then((answer) => {
        if (answer === 'hang up') {
          response.destroy();
          return;
        }
        const type = answer.text === undefined ? 'application/json' : 'text/html';
        response.writeHead(answer.status, { 'content-type': type, ...answer.headers });
        response.end(answer.text ?? (answer.json === undefined ? '' : JSON.stringify(answer.json)));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stub: StubXero = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    answer: () => ({ status: 500, text: 'nothing prepared' }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return stub;
}

/** A contact as Xero answers it: 4 phone slots, 2 address slots, empty strings where unset (xero-facts §5). */
export function xeroContact(parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const emptyPhone = { PhoneNumber: '', PhoneAreaCode: '', PhoneCountryCode: '' };
  const emptyAddress = { City: '', Region: '', PostalCode: '', Country: '' };
  return {
    ContactID: '11111111-1111-4111-8111-111111111111',
    ContactStatus: 'ACTIVE',
    Name: 'Hartley Lettings Ltd',
    FirstName: 'Priya',
    LastName: 'Nair',
    EmailAddress: 'accounts@hartley.example',
    TaxNumber: 'GB123456789',
    Addresses: [
      { AddressType: 'STREET', ...emptyAddress },
      { AddressType: 'POBOX', ...emptyAddress },
    ],
    Phones: ['DDI', 'DEFAULT', 'FAX', 'MOBILE'].map((PhoneType) => ({ PhoneType, ...emptyPhone })),
    UpdatedDateUTC: '/Date(1795353449461+0000)/',
    IsSupplier: false,
    IsCustomer: true,
    HasValidationErrors: false,
    ...parts,
  };
}
