import { describe, expect, it } from '@jest/globals';
import { secrecy } from '../../../functions/integration-api/secrecy.ts';

describe('sealing', () => {
  const key = secrecy.token();

  it('only who has the key reads what was sealed', () => {
    const sealed = secrecy.seal('Zoë’s code', key);
    expect(secrecy.unseal(sealed, key)).toBe('Zoë’s code');
    expect(secrecy.unseal(sealed, secrecy.token())).toBeUndefined();
    expect(sealed).not.toContain('code');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('code');
  });

  it('the same text is sealed differently each time', () => {
    expect(secrecy.seal('text', key)).not.toBe(secrecy.seal('text', key));
  });

  it('what was changed, or never sealed, is refused', () => {
    const bytes = Buffer.from(secrecy.seal('text', key), 'base64url');
    for (let place = 0; place < bytes.length; place += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      expect(secrecy.unseal(changed.toString('base64url'), key)).toBeUndefined();
    }
    for (const garbage of ['', 'x', bytes.subarray(0, 27).toString('base64url')]) expect(secrecy.unseal(garbage, key)).toBeUndefined();
  });
});
