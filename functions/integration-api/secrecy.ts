import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Secrecy } from '../../shared/connection/ports.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A token has 256 random bits, so that one hash makes a key of it. Another hash than the one under which it is stored. */
function keyOf(token: string): Buffer {
  return createHash('sha256').update(`seal ${token}`).digest();
}

/** Unguessable values from the machine's own source; sealing by AES-256-GCM. */
export const secrecy: Secrecy = {
  token: () => randomBytes(32).toString('base64url'),
  uuid: randomUUID,
  hash: (text) => createHash('sha256').update(text).digest('hex'),

  seal(text, key) {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, keyOf(key), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  },

  unseal(sealed, key) {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, keyOf(key), bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  },
};
