import type { IncomingMessage } from 'node:http';

/** A request is larger than its server takes. */
export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`The request body is larger than ${limit} bytes.`);
    this.name = 'BodyTooLarge';
  }
}

/**
 * Reads a request to its end. Throws {@link BodyTooLarge}, or the socket's error when the caller hangs up. What is too large is read to
 * its end as well, and not kept: leaving it would cut the connection, and the caller would often lose the answer.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > limitBytes) throw new BodyTooLarge(limitBytes);
  return Buffer.concat(chunks);
}
