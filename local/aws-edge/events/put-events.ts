import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AwsService } from '../aws-protocol.ts';
import { AwsError, jsonService } from '../aws-protocol.ts';
import { LOCAL_ACCOUNT_ID } from '../template/physical-names.ts';
import type { EventsDefinition } from './rules-from-template.ts';
import { busName } from './rules-from-template.ts';

const entrySchema = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  Time: z.number().optional(),
});

const requestSchema = z.object({ Entries: z.array(entrySchema) });

type Entry = z.output<typeof entrySchema>;

export interface Delivery {
  readonly functionName: string;
  readonly payload: string;
  readonly requestId: string;
}

export interface PutEventsOptions {
  readonly definition: EventsDefinition;
  readonly region: string;
  /** Stores the deliveries, all or none, before PutEvents is answered. */
  readonly accept: (deliveries: readonly Delivery[]) => void;
}

/** EventBridge's limits of one PutEvents request. */
const MAX_ENTRIES = 10;
const MAX_REQUEST_BYTES = 1024 * 1024;

/**
 * EventBridge's PutEvents: checks the entries, matches the rules of their buses, has every delivery stored on disk, and
 * only then answers. Entries that fail are answered one by one, as AWS does; the others are delivered.
 */
export function putEventsService(options: PutEventsOptions): AwsService {
  const putEvents = (input: Record<string, unknown>): object => {
    const parsed = requestSchema.safeParse(input);
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
    const { Entries } = parsed.data;
    if (Entries.length < 1 || Entries.length > MAX_ENTRIES) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAX_ENTRIES}`,
      );
    }
    if (Entries.reduce((total, entry) => total + sizeOf(entry), 0) > MAX_REQUEST_BYTES) {
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const deliveries: Delivery[] = [];
    const answers = Entries.map((entry) => {
      const fault = faultOf(entry, options.definition);
      if (fault !== undefined) return fault;
      const event = eventOf(entry, options.region);
      deliveries.push(...deliveriesOf(event, busName(entry.EventBusName), options.definition));
      return { EventId: event.id };
    });
    if (deliveries.length > 0) options.accept(deliveries);
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  };
  return jsonService('application/x-amz-json-1.1', { PutEvents: putEvents });
}

function sizeOf(entry: Entry): number {
  return [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])].reduce(
    (sum, part) => sum + Buffer.byteLength(part ?? ''),
    0,
  );
}

function faultOf(entry: Entry, { buses }: EventsDefinition): { ErrorCode: string; ErrorMessage: string } | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name])
      return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.` };
  }
  if (entry.Source?.startsWith('aws.') === true)
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  if (!isJsonObject(entry.Detail ?? '')) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const bus = busName(entry.EventBusName);
  if (!buses.includes(bus)) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
  return undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function eventOf(entry: Entry, region: string) {
  const time = entry.Time === undefined ? new Date() : new Date(entry.Time * 1000);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: LOCAL_ACCOUNT_ID,
    time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: entry.Resources ?? [],
    detail: JSON.parse(entry.Detail ?? '{}') as unknown,
  };
}

function deliveriesOf(event: ReturnType<typeof eventOf>, bus: string, { rules }: EventsDefinition): Delivery[] {
  return rules
    .filter((rule) => rule.busName === bus && rule.matches(event))
    .flatMap((rule) => rule.targets)
    .map(({ functionName, input }) => ({ functionName, payload: input ?? JSON.stringify(event), requestId: randomUUID() }));
}
