import { hash } from 'node:crypto';

/** A GUID that depends on the text alone: the sandbox's only source of identifiers, so that a run can be repeated exactly. */
export function guidFrom(text: string): string {
  const hex = hash('sha256', text, 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An opaque URL-safe token (refresh token, code) that depends on the text alone. */
export function tokenFrom(text: string): string {
  return hash('sha256', `token:${text}`, 'base64url');
}

/** A number in [0, 1) that depends on the text alone. */
export function shareFrom(text: string): number {
  return hash('sha256', `share:${text}`, 'buffer').readUInt32BE(0) / 2 ** 32;
}

export const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** Whether the text has the form of a GUID. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
