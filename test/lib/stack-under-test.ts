import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createApp } from '../../lib/app.ts';
import type { SyncStack } from '../../lib/sync-stack.ts';

const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as { context: Record<string, unknown> };

/** The context of cdk.json as it is there: the examples in prod are refused. */
export const exampleContext: Readonly<Record<string, unknown>> = cdkJson.context;

const { prod, ...otherStages } = cdkJson.context['stages'] as Record<string, unknown>;
/** The same with addresses of prod as an operator fills them in. */
export const cdkContext: Readonly<Record<string, unknown>> = {
  ...cdkJson.context,
  stages: { ...otherStages, prod: JSON.parse(JSON.stringify(prod).replaceAll('.example', '.co.uk')) as unknown },
};

/** The CDK leaves a directory of its own for every app behind when it is not given one. */
const outputs = mkdtempSync(join(tmpdir(), 'cdk-under-test-'));
afterAll(() => rmSync(outputs, { recursive: true, force: true }));

/**
 * The app of one stage, without bundling (these tests are about the cloud, not about the code that runs there), and
 * without the CDK's own template validation, which takes seconds: one test of its own asks for it.
 */
export function appOf(stage: string, { validated = false } = {}): { app: App; stack: SyncStack } {
  return createApp({
    outdir: mkdtempSync(join(outputs, 'cdk.out-')),
    context: { ...cdkContext, stage, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: validated,
  });
}

const templates = new Map<string, Template>();

/** The template of one stage, made once per test file. */
export function templateOf(stage: string): Template {
  const made = templates.get(stage) ?? Template.fromStack(appOf(stage).stack);
  templates.set(stage, made);
  return made;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** All resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type) as Record<string, Resource>;
}

/** Logical id of the one resource of a type whose id starts so: the start is its construct path. Throws unless there is exactly one. */
export function idOf(template: Template, type: string, start: string): string {
  const [id, ...others] = Object.keys(resourcesOf(template, type)).filter((candidate) => candidate.startsWith(start));
  if (id === undefined || others.length > 0) throw new Error(`${type} ${start}*: ${id === undefined ? 'none' : 'several'}`);
  return id;
}

/** The one resource of a type whose logical id starts so. */
export function resourceOf(template: Template, type: string, start: string): Resource {
  const resource = resourcesOf(template, type)[idOf(template, type, start)];
  if (resource === undefined) throw new Error(`${type} ${start}*: none`);
  return resource;
}

/** Where each function of `functions/` sits in the template: the start of its logical ids. */
export const FUNCTIONS = {
  'ges-events': 'IngestGesEvents',
  'xero-webhooks': 'WebhooksXeroWebhooks',
  'sync-lane': 'LanesSyncLane',
  'integration-api': 'IntegrationApi',
  'bulk-sync': 'OperationsBulkSync',
  sweep: 'OperationsSweep',
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];

/** Logical id of a function. */
export function functionId(template: Template, name: FunctionName): string {
  return idOf(template, 'AWS::Lambda::Function', `${FUNCTIONS[name]}Handler`);
}

/** The environment variables of a function. */
export function environmentOf(template: Template, name: FunctionName): Readonly<Record<string, unknown>> {
  const { Environment } = resourceOf(template, 'AWS::Lambda::Function', `${FUNCTIONS[name]}Handler`).Properties;
  return (Environment as { Variables: Record<string, unknown> }).Variables;
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** The statements of the one policy of a function's role. */
export function statementsOf(template: Template, name: FunctionName): readonly Statement[] {
  const { PolicyDocument } = resourceOf(template, 'AWS::IAM::Policy', `${FUNCTIONS[name]}RoleDefaultPolicy`).Properties;
  return (PolicyDocument as { Statement: Statement[] }).Statement;
}

/** A property that CloudFormation or the CDK gives as one value or as a list of them. */
export function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
