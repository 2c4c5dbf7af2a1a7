import { randomUUID } from 'node:crypto';
import type { AwsService } from '../aws-protocol.ts';
import { jsonObject } from '../aws-protocol.ts';

const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

/** Parameters of the query protocol that are numbers in the JSON protocol. */
const NUMBERS = new Set(['DelaySeconds', 'MaxNumberOfMessages', 'MaxResults', 'VisibilityTimeout', 'WaitTimeSeconds']);

/** Flattened lists of the query protocol (`Name.1…`): the name they have in JSON. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};

/** Flattened maps (`Attribute.1.Name`, `Attribute.1.Value`): the name they have in JSON, and their key and value fields. */
const MAPS: Readonly<Record<string, { readonly name: string; readonly key: string; readonly value: string }>> = {
  Attribute: { name: 'Attributes', key: 'Name', value: 'Value' },
  MessageAttribute: { name: 'MessageAttributes', key: 'Name', value: 'Value' },
  Tag: { name: 'Tags', key: 'Key', value: 'Value' },
};

/** Lists and maps of the answers: the element each entry gets in XML, and the key and value elements of a map. */
const ANSWER_ELEMENTS: Readonly<Record<string, string>> = {
  QueueUrls: 'QueueUrl',
  Messages: 'Message',
  Attributes: 'Attribute',
  MessageAttributes: 'MessageAttribute',
  Tags: 'Tag',
  Failed: 'BatchResultErrorEntry',
};

/** The JSON service `service` behind the query protocol (form in, XML out) that older SDKs and CLIs still speak to SQS. */
export function queryProtocol(service: AwsService): AwsService {
  return async (request) => {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const action = form.get('Action') ?? '';
    const input = inputOf(form, request.path);
    const answer = await service({
      ...request,
      headers: { ...request.headers, 'x-amz-target': `AmazonSQS.${action}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    const output = jsonObject(Buffer.from(answer.body));
    const headers = { 'content-type': 'text/xml' };
    if (answer.status === 200) return { status: 200, headers, body: successXml(action, output) };
    const code = answer.headers['x-amzn-query-error']?.split(';')[0] ?? 'InternalFailure';
    return { status: answer.status, headers, body: errorXml(code, typeof output['message'] === 'string' ? output['message'] : '') };
  };
}

type Tree = { [key: string]: Tree | string };

function inputOf(form: URLSearchParams, path: string): Record<string, unknown> {
  const tree: Tree = {};
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') plant(tree, name.split('.'), value);
  }
  const input = objectOf(tree);
  // The URL of the queue may be the path alone.
  return path.length > 1 && input['QueueUrl'] === undefined ? { ...input, QueueUrl: path.split('?')[0] } : input;
}

function plant(tree: Tree, [head = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const branch = tree[head];
  const next: Tree = typeof branch === 'object' ? branch : {};
  tree[head] = next;
  plant(next, rest, value);
}

function objectOf(tree: Tree): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => entryOf(name, value)));
}

function entryOf(name: string, value: Tree | string): [string, unknown] {
  if (typeof value === 'string') return [name, NUMBERS.has(name) ? Number(value) : value];
  const list = LISTS[name];
  if (list !== undefined) return [list, Object.values(value).map((item) => (typeof item === 'string' ? item : objectOf(item)))];
  const map = MAPS[name];
  if (map === undefined) return [name, objectOf(value)];
  const entries = Object.values(value).filter((item) => typeof item === 'object');
  return [map.name, Object.fromEntries(entries.map((item) => [plain(item[map.key]), mapValue(item[map.value] ?? '')]))];
}

function plain(value: Tree | string | undefined): string {
  return typeof value === 'string' ? value : '';
}

function mapValue(value: Tree | string): unknown {
  return typeof value === 'string' ? value : objectOf(value);
}

function successXml(action: string, output: Record<string, unknown>): string {
  const body = Object.entries(output)
    .map(([name, value]) => elements(name, value, action))
    .join('');
  const result = body === '' ? '' : `<${action}Result>${body}</${action}Result>`;
  return `<?xml version="1.0"?><${action}Response xmlns="${NAMESPACE}">${result}<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
}

function elements(name: string, value: unknown, action: string): string {
  if (value === null || value === undefined) return '';
  const element = name === 'Successful' ? `${action}ResultEntry` : (ANSWER_ELEMENTS[name] ?? name);
  if (Array.isArray(value)) return value.map((item: unknown) => `<${element}>${content(item, action)}</${element}>`).join('');
  const keyElement = name === 'Tags' ? 'Key' : 'Name';
  if (typeof value === 'object' && element !== name) {
    return Object.entries(value)
      .map(
        ([key, item]: [string, unknown]) =>
          `<${element}><${keyElement}>${escapeXml(key)}</${keyElement}><Value>${content(item, action)}</Value></${element}>`,
      )
      .join('');
  }
  return `<${element}>${content(value, action)}</${element}>`;
}

function content(value: unknown, action: string): string {
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, item]: [string, unknown]) => elements(name, item, action))
    .join('');
}

function errorXml(code: string, message: string): string {
  return `<?xml version="1.0"?><ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
