import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { bulkRequest } from '../../shared/runs/request.ts';
import { accepted, report } from './answers.ts';
import { asyncApi, gesEvents, outcomeEvents } from './events.ts';
import { openApi } from './http-api.ts';
import { jsonSchema, type JsonSchema } from './json-schema.ts';

/** Where the machine-readable contracts are kept, from the project's root. */
export const CONTRACTS_DIR = 'docs/contracts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

function anyOf(title: string, events: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { $schema: DRAFT, title, oneOf: Object.values(events) };
}

const documents = (): Readonly<Record<string, JsonSchema>> => ({
  'openapi.yaml': openApi(),
  'asyncapi.yaml': asyncApi(),
  'ges-events.schema.json': anyOf('Events of the GES platform that we take', gesEvents()),
  'outcome-events.schema.json': anyOf('Events that we publish', outcomeEvents()),
  'bulk-sync.schema.json': {
    $schema: DRAFT,
    title: 'bulk-sync: a request',
    ...jsonSchema(bulkRequest, 'input'),
    $defs: { accepted: jsonSchema(accepted, 'output'), report: jsonSchema(report, 'output') },
  },
});

/** Every contract file by name, as it must be on disk. */
export async function contractFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const style = (await resolveConfig(`${root}/package.json`)) ?? {};
  const made = Object.entries(documents()).map(async ([name, document]) => {
    const isYaml = name.endsWith('.yaml');
    const text = isYaml ? stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }) : JSON.stringify(document);
    return [name, await format(text, { ...style, parser: isYaml ? 'yaml' : 'json' })] as const;
  });
  return new Map(await Promise.all(made));
}
