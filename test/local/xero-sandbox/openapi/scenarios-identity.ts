import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { REDIRECT_URI } from '../bench.ts';
import { Recorder } from './recorder.ts';

/** Consent, tokens, connections, revocation, keys: what works and what is refused. */
export function identityScenario(): Recorder {
  const recorder = new Recorder();
  const authorize = new URLSearchParams({
    response_type: 'code',
    client_id: 'ges-xero-local',
    redirect_uri: REDIRECT_URI,
    scope: 'openid offline_access accounting.contacts',
    state: 's',
  });
  recorder.send('GET', `/identity/connect/authorize?${authorize.toString()}`);
  recorder.send('GET', '/identity/connect/authorize?client_id=unknown');
  recorder.decide({ decision: 'cancel' });
  recorder.decide({ redirect_uri: 'https://elsewhere.example/callback' });
  recorder.connect();
  recorder.keep(recorder.refresh());
  connections(recorder);
  for (const path of ['', '/jwks']) recorder.send('GET', `/.well-known/openid-configuration${path}`);
  recorder.tokens({ grant_type: 'refresh_token', refresh_token: 'not-a-token' });
  recorder.tokens({ grant_type: 'refresh_token', refresh_token: recorder.refreshToken }, 'wrong-secret');
  recorder.send('POST', '/connect/revocation', { form: { token: recorder.refreshToken } });
  const basic = `Basic ${Buffer.from('ges-xero-local:ges-xero-local-secret').toString('base64')}`;
  recorder.send('POST', '/connect/revocation', { form: { token: recorder.refreshToken }, headers: { authorization: basic } });
  return recorder;
}

function connections(recorder: Recorder): void {
  const headers = recorder.bearer();
  const [connection] = recorder.send('GET', '/connections', { headers }).list;
  recorder.send('GET', `/connections?authEventId=${connection.authEventId}`, { headers });
  recorder.send('GET', '/connections', { headers: { authorization: 'Bearer nonsense' } });
  recorder.send('DELETE', `/connections/${ZERO_GUID}`, { headers });
  recorder.send('DELETE', `/connections/${connection.id}`, { headers });
}
