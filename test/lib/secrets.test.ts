import { describe, expect, it } from '@jest/globals';
import { environmentOf, idOf, resourceOf, templateOf } from './stack-under-test.ts';

const template = templateOf('dev');

function generated(start: string): { template: Record<string, unknown>; key: unknown } {
  const { GenerateSecretString } = resourceOf(template, 'AWS::SecretsManager::Secret', start).Properties;
  const { SecretStringTemplate, GenerateStringKey } = GenerateSecretString as { SecretStringTemplate: string; GenerateStringKey: string };
  return { template: JSON.parse(SecretStringTemplate) as Record<string, unknown>, key: GenerateStringKey };
}

describe('secrets', () => {
  it('design §6: one secret for the Xero app, one for the GES platform API; those of Xero users are made at run time', () => {
    template.resourceCountIs('AWS::SecretsManager::Secret', 2);
  });

  it('no secret value is in the template: client ids and secrets start empty, the webhook key is random', () => {
    expect(generated('SecretsXeroApp')).toEqual({ template: { clientId: '', clientSecret: '' }, key: 'webhookKey' });
    expect(generated('SecretsGesApi')).toEqual({ template: { clientId: '' }, key: 'clientSecret' });
  });

  it.each(['xero-webhooks', 'sync-lane', 'integration-api', 'sweep'] as const)('%s is told where the secret of the Xero app is', (name) => {
    expect(environmentOf(template, name)['XERO_APP_SECRET_ARN']).toEqual({
      Ref: idOf(template, 'AWS::SecretsManager::Secret', 'SecretsXeroApp'),
    });
  });

  it('the secrets of Xero users have a prefix of their stage', () => {
    expect(environmentOf(template, 'sync-lane')['XERO_TOKENS_SECRET_PREFIX']).toBe('ges-xero-dev/xero-user/');
  });
});
