import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Did Xero sign these very bytes? `x-xero-signature` = base64(HMAC-SHA256(raw body, webhook key)), compared in constant
 * time. The bytes must be those that were sent: parsing and encoding again changes them.
 */
export function isSignedByXero(rawBody: Buffer, signature: string | undefined, webhookKey: string): boolean {
  if (signature === undefined) return false;
  const expected = Buffer.from(createHmac('sha256', webhookKey).update(rawBody).digest('base64'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
