import type { AwsResponse } from '../aws-protocol.ts';

/** What answers one request: its X-Amz-Target, and its body. */
export type Send = (target: string, body: Buffer) => Promise<AwsResponse>;

/** A DynamoDB that keeps tables. */
export interface Engine {
  readonly send: Send;
  close(): Promise<void>;
}

/** One caller for all: an engine may keep a database of its own for each access key and region. */
export function headersFor(target: string, region: string): Record<string, string> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
  };
}

/** An engine behind a URL. */
export function sendTo(endpoint: string, region: string): Send {
  return async (target, body) => {
    const answer = await fetch(endpoint, { method: 'POST', headers: headersFor(target, region), body: new Uint8Array(body) });
    return { status: answer.status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: await answer.text() };
  };
}

/** One operation with its input as an object. */
export function call(send: Send, operation: string, input: object): Promise<AwsResponse> {
  return send(`DynamoDB_20120810.${operation}`, Buffer.from(JSON.stringify(input)));
}
