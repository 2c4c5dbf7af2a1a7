import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { StackResource, StackTemplate } from '../template/stack-template.ts';
import type { SecretStore } from './secret-store.ts';

const honoured = {
  Name: z.string().optional(),
  Description: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .strictObject({
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
      PasswordLength: z.coerce.number().int().positive().default(32),
      ExcludeCharacters: z.string().default(''),
      ExcludePunctuation: z.coerce.boolean().default(false),
    })
    .optional(),
};

const ignored = { KmsKeyId: 'encryption at rest', Tags: '' };

type GenerateSecretString = NonNullable<z.output<z.ZodObject<typeof honoured>>['GenerateSecretString']>;

/** Version ids of the values the edge itself put in: only those may it replace later. */
const OWN_VERSION = 'local-value-';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * Creates the template's secrets. `values` gives their first values, by logical id, construct path (or its end) or name;
 * without one the template's SecretString or GenerateSecretString decides. A value someone stored later is never replaced.
 * Throws for a value that belongs to no secret of the template.
 */
export function createTemplateSecrets(
  template: StackTemplate,
  store: SecretStore,
  values: Readonly<Record<string, string | object>>,
): void {
  const resources = template.ofType('AWS::SecretsManager::Secret');
  const unknown = Object.keys(values).filter((key) => !resources.some((resource) => isNamed(resource, key)));
  if (unknown.length > 0)
    throw new Error(
      `There is no secret ${unknown.join(', ')} in the template: it has ${resources.map(({ constructPath }) => constructPath).join(', ')}.`,
    );

  for (const resource of resources) {
    const properties = template.read(resource, honoured, ignored);
    const given = Object.entries(values).find(([key]) => isNamed(resource, key))?.[1];
    const text = typeof given === 'object' ? JSON.stringify(given) : given;
    const known = store.find(resource.name);
    if (known === undefined) {
      const value = text ?? properties.SecretString ?? generated(properties.GenerateSecretString, resource);
      store.create({ name: resource.name, arn: resource.arn, description: properties.Description ?? null, tags: [] }, version(value));
    } else if (text !== undefined) {
      const current = store.versions(known.name).find(({ stages }) => stages.includes('AWSCURRENT'));
      const ours = current?.versionId.startsWith(OWN_VERSION) === true;
      if (ours && current.secretString !== text) store.addVersion(known.name, version(text));
    }
  }
}

function isNamed({ logicalId, constructPath, name }: StackResource, key: string): boolean {
  const path = constructPath.replace(/\/Resource$/, '');
  return key === logicalId || key === name || key === path || path.endsWith(`/${key}`);
}

function version(secretString: string) {
  return { versionId: OWN_VERSION + randomUUID(), secretString, secretBinary: null, stages: ['AWSCURRENT'], createdAt: Date.now() };
}

function generated(settings: GenerateSecretString | undefined, { label }: StackResource): string {
  if (settings === undefined) throw new Error(`${label}: the template gives this secret no value, and none was given.`);
  const alphabet = [...ALPHANUMERIC, ...(settings.ExcludePunctuation ? '' : PUNCTUATION)].filter(
    (character) => !settings.ExcludeCharacters.includes(character),
  );
  const password = Array.from({ length: settings.PasswordLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  if (settings.GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(settings.SecretStringTemplate ?? '{}') as object), [settings.GenerateStringKey]: password });
}
