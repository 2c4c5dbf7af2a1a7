import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** A schema of the description, with the keywords that the contract looks at by name. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  allOf?: Schema[];
  [keyword: string]: unknown;
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  schema: Schema;
}

export type DocumentName = 'accounting' | 'identity' | 'webhooks';

/** One operation of the description. */
export interface Operation {
  id: string;
  document: DocumentName;
  method: string;
  /** Full path template from the host on, for example `/api.xro/2.0/Contacts/{ContactID}`. */
  path: string;
  parameters: readonly Parameter[];
  /** Schema of the JSON body. */
  request: Schema | undefined;
  /** Schemas of the JSON answers by status; undefined where the answer has no JSON body. */
  answers: ReadonlyMap<number, Schema | undefined>;
  scopes: readonly string[];
  /** The description's own example of an accepted call: its body and its answer. */
  examples: { request: unknown; answer: unknown };
}

interface RawOperation {
  operationId: string;
  parameters?: (Parameter & Schema)[];
  requestBody?: Content & Schema;
  responses: Record<string, Content & Schema>;
  security?: { OAuth2?: string[] }[];
}

interface Content {
  content?: Record<string, { schema?: Schema; example?: unknown }>;
}

interface RawDocument {
  servers: { url: string }[];
  paths?: Record<string, Record<string, RawOperation> & { parameters?: (Parameter & Schema)[] }>;
  components: {
    schemas: Record<string, Schema>;
    securitySchemes?: { OAuth2: { flows: { authorizationCode: { authorizationUrl: string; tokenUrl: string } } } };
  };
}

const FILES: Readonly<Record<DocumentName, string>> = {
  accounting: 'xero_accounting.yaml',
  identity: 'xero-identity.yaml',
  webhooks: 'xero-webhooks.yaml',
};
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Where Xero's OpenAPI description is: `XERO_OPENAPI`, or beside the project. */
export const DESCRIPTION_DIRECTORY =
  process.env.XERO_OPENAPI ?? fileURLToPath(new URL('../../../../../shared/xero-openapi/', import.meta.url));

/** Whether all files of the description are at hand. */
export const isAtHand: boolean = Object.values(FILES).every((file) => existsSync(join(DESCRIPTION_DIRECTORY, file)));

/** Xero's own description of its APIs (github.com/XeroAPI/Xero-OpenAPI), read once. */
export class Description {
  readonly #documents: Record<DocumentName, RawDocument>;
  readonly operations: readonly Operation[];

  constructor(directory = DESCRIPTION_DIRECTORY) {
    const read = (name: DocumentName): RawDocument =>
      parse(readFileSync(join(directory, FILES[name]), 'utf8'), { maxAliasCount: -1 }) as RawDocument;
    this.#documents = { accounting: read('accounting'), identity: read('identity'), webhooks: read('webhooks') };
    this.operations = [...this.#operationsOf('accounting'), ...this.#operationsOf('identity'), ...this.#oauthOperations()];
  }

  schemas(name: DocumentName): Record<string, Schema> {
    return this.#documents[name].components.schemas;
  }

  /** The object a reference points to. */
  resolved<Item extends Schema>(name: DocumentName, item: Item): Item {
    if (item.$ref === undefined) return item;
    const path = item.$ref.slice(2).split('/');
    const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], this.#documents[name]);
    return this.resolved(name, found as Item);
  }

  #operationsOf(document: DocumentName): Operation[] {
    const { paths = {}, servers } = this.#documents[document];
    const base = new URL(servers[0]?.url ?? '').pathname.replace(/\/$/, '');
    return Object.entries(paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const raw = item[method];
        return raw === undefined ? [] : [this.#operation(document, method.toUpperCase(), `${base}${path}`, raw, item.parameters ?? [])];
      }),
    );
  }

  #operation(document: DocumentName, method: string, path: string, raw: RawOperation, shared: (Parameter & Schema)[]): Operation {
    const parameters = [...shared, ...(raw.parameters ?? [])].map((parameter) => this.resolved(document, parameter));
    const json = (content: (Content & Schema) | undefined): { schema?: Schema; example?: unknown } =>
      content === undefined ? {} : (this.resolved(document, content).content?.['application/json'] ?? {});
    return {
      id: raw.operationId,
      document,
      method,
      path,
      parameters,
      request: json(raw.requestBody).schema,
      answers: new Map(Object.entries(raw.responses).map(([status, answer]) => [Number(status), json(answer).schema])),
      scopes: (raw.security ?? []).flatMap(({ OAuth2 }) => OAuth2 ?? []),
      examples: { request: json(raw.requestBody).example, answer: exampleOf(json(raw.responses['200']).example) },
    };
  }

  /** The OAuth endpoints, which the description gives as addresses of the security scheme and as schemas of their bodies. */
  #oauthOperations(): Operation[] {
    const flow = this.#documents.identity.components.securitySchemes?.OAuth2.flows.authorizationCode;
    const [authorize, token] = [new URL(flow?.authorizationUrl ?? '').pathname, new URL(flow?.tokenUrl ?? '').pathname];
    const examples = { request: undefined, answer: undefined };
    const base = { document: 'identity' as const, parameters: [], request: undefined, scopes: [], examples };
    const pages = new Map<number, Schema | undefined>([
      [200, undefined],
      [302, undefined],
    ]);
    return [
      { ...base, id: 'authorizePage', method: 'GET', path: authorize, answers: pages },
      { ...base, id: 'authorizeDecision', method: 'POST', path: authorize, answers: pages },
      {
        ...base,
        id: 'token',
        method: 'POST',
        path: token,
        answers: new Map([[200, { $ref: '#/components/schemas/AccessToken' }]]),
      },
    ];
  }
}

/** Some examples are written as text that holds the JSON. */
function exampleOf(example: unknown): unknown {
  if (typeof example !== 'string') return example;
  try {
    return JSON.parse(example);
  } catch {
    return undefined;
  }
}
