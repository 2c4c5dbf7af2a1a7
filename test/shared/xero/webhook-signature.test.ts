import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isSignedByXero } from '../../../shared/xero/webhook-signature.ts';

const key = 'webhook-key-é';
const sign = (body: Buffer | string, withKey = key): string => createHmac('sha256', withKey).update(body).digest('base64');

describe('isSignedByXero (xero-facts §4)', () => {
  const body = Buffer.from('{"events":[],"entropy":"é"}');

  it('accepts the HMAC of the raw bytes, 44 characters of base64', () => {
    expect(sign(body)).toHaveLength(44);
    expect(isSignedByXero(body, sign(body), key)).toBe(true);
  });

  it('works on bytes that are no UTF-8', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    expect(isSignedByXero(bytes, sign(bytes), key)).toBe(true);
  });

  it.each([
    ['no signature', undefined],
    ['an empty one', ''],
    ['one made with another key', sign(body, 'other')],
    ['one of another body', sign('{}')],
    ['the hex form of the right one', createHmac('sha256', key).update(body).digest('hex')],
    ['the right one and more', `${sign(body)}=`],
    ['as many characters that are none of base64', 'é'.repeat(44)],
  ])('refuses %s', (_, signature) => {
    expect(isSignedByXero(body, signature, key)).toBe(false);
  });

  it('refuses a body that was parsed and written again', () => {
    expect(isSignedByXero(Buffer.from('{"events": [],"entropy":"é"}'), sign(body), key)).toBe(false);
  });
});
