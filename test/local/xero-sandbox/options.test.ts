import { describe, expect, it } from '@jest/globals';
import { HELP, optionsOf } from '../../../local/xero-sandbox/options.ts';

describe('the command line', () => {
  it('without options takes the default port, or the one of the environment', () => {
    expect(optionsOf([], {})).toEqual({ port: 4580 });
    expect(optionsOf([], { XERO_SANDBOX_PORT: '4581' })).toEqual({ port: 4581 });
  });

  it('takes what an integrator needs to point a sandbox at an app of their own', () => {
    const uris = ['http://localhost:3000/callback', 'https://app.example/callback'];
    const args = ['--port', '0', '--data', '/tmp/x', '--seed', 's', '--webhook-url', 'http://localhost:3000/hooks'];
    expect(optionsOf([...args, ...uris.flatMap((uri) => ['--redirect-uri', uri])], {})).toEqual({
      port: 0,
      dataDir: '/tmp/x',
      seed: 's',
      webhookUrl: 'http://localhost:3000/hooks',
      redirectUris: uris,
    });
  });

  it.each([
    ['--port', 'abc', '--port'],
    ['--port', '65536', '--port'],
    ['--port', '', '--port'],
    ['--port', '1e3', '--port'],
    ['--data', '', '--data'],
    ['--webhook-url', 'nonsense', '--webhook-url'],
    ['--webhook-url', 'ftp://localhost/x', '--webhook-url'],
    ['--redirect-uri', 'http://127.0.0.1:3000/callback', '--redirect-uri'],
    ['--bogus', 'x', '--bogus'],
  ])('%s "%s" is refused with a sentence that names %s', (name, value, named) => {
    expect(() => optionsOf([name, value], {})).toThrow(named);
  });

  it('--help tells the credentials of the app', () => {
    expect(optionsOf(['--help'], {})).toBe('help');
    for (const text of ['ges-xero-local', 'ges-xero-local-secret', 'ges-xero-local-webhook-key', '--redirect-uri'])
      expect(HELP).toContain(text);
  });
});
