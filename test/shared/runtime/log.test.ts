import { describe, expect, it } from '@jest/globals';
import { createLog, withIds } from '../../../shared/runtime/log.ts';

function recorder() {
  const lines: { level: string; message: unknown; ids: unknown }[] = [];
  const at = (level: string) => (message: unknown, ids: unknown) => void lines.push({ level, message, ids });
  return { lines, logger: { info: at('info'), warn: at('warn'), error: at('error') } };
}

describe('createLog', () => {
  it('writes ids and codes as they are, with the ids of the surrounding work', () => {
    const { lines, logger } = recorder();
    withIds(createLog(logger), { accountId: 'acct_demo', correlationId: 'c1' }).warn('record waits', { recordId: 'cus_1', calls: 3 });
    expect(lines).toEqual([
      { level: 'warn', message: 'record waits', ids: { accountId: 'acct_demo', correlationId: 'c1', recordId: 'cus_1', calls: 3 } },
    ]);
  });

  it.each([
    ['accessToken', 'abc'],
    ['email', 'a@b.example'],
    ['authorization', 'Bearer x'],
    ['phone', '0113 496 0000'],
    ['billingAddress', { line1: '4 Mill Row' }],
  ])('withholds the value of %s, which is secret or personal (design §6)', (key, value) => {
    const { lines, logger } = recorder();
    createLog(logger).info('x', { nested: { [key]: value } });
    expect(lines[0]?.ids).toEqual({ nested: { [key]: '[withheld]' } });
  });

  it.each(['a'.repeat(400_000), 'a@'.repeat(200_000), 'a.'.repeat(200_000), 'bearer '.repeat(60_000), `bearer${' '.repeat(400_000)}`])(
    'cleans a long text in time that grows with its length only',
    (text) => {
      const { logger } = recorder();
      const begun = performance.now();
      createLog(logger).error('failed', { failure: new Error(text), text });
      expect(performance.now() - begun).toBeLessThan(1_000);
    },
  );

  it.each(['<jo@mail.example>', '"jo.smith+x@mail.co.example",', 'to:jo@mail.example;'])('withholds an e-mail address in %s', (text) => {
    const { lines, logger } = recorder();
    createLog(logger).info('x', { text });
    expect(JSON.stringify(lines)).not.toContain('mail');
  });

  it('describes an error by type, cleaned message and stack frames', () => {
    const { lines, logger } = recorder();
    createLog(logger).error('failed', { failure: new TypeError('no jo.smith@mail.example with Bearer eyJ.abc-1') });
    const { failure } = lines[0]?.ids as { failure: Record<string, string> };
    expect(failure).toMatchObject({ type: 'TypeError', reason: 'no [withheld] with Bearer [withheld]' });
    expect(failure['stack']).toContain('log.test.ts');
    expect(failure['stack']).not.toContain('jo.smith');
  });
});
