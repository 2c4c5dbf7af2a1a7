import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { GesEvent } from '../core/records.ts';

/** Hands events to the bus in order; tells how many of them, counted from the first, it accepted. @throws when none was */
export type Publish = (events: readonly GesEvent[]) => Promise<number>;

export interface AwsOptions {
  /** The AWS edge of this machine; the simulator never talks to AWS itself. */
  readonly endpoint: string;
  readonly region?: string | undefined;
}

/** EventBridge takes 256 kB an entry; a little is left for the names beside the detail. */
const MAX_DETAIL_BYTES = 250_000;

/** An entity too large for the bus stays behind: whoever is told reads it from the API. */
function detailOf({ detail }: GesEvent): string {
  const whole = JSON.stringify(detail);
  if (Buffer.byteLength(whole) <= MAX_DETAIL_BYTES) return whole;
  const { snapshot: _leftBehind, ...told } = detail;
  return JSON.stringify(told);
}

/** EventBridge PutEvents on the named bus, at the given endpoint. One try per call: the outbox repeats. */
export function eventBridgePublisher(eventBusName: string, { endpoint, region }: AwsOptions): Publish & { close(): void } {
  const client = new EventBridgeClient({
    endpoint,
    region: region ?? 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 5_000, connectionTimeout: 2_000 },
  });
  const publish = async (events: readonly GesEvent[]): Promise<number> => {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: events.map((event) => ({
          EventBusName: eventBusName,
          Source: event.source,
          DetailType: event.detailType,
          Detail: detailOf(event),
          Time: new Date(event.detail.occurredAt),
        })),
      }),
    );
    const refused = Entries.findIndex((entry) => entry.EventId === undefined);
    if (refused === 0) throw new Error(`${Entries[0]?.ErrorCode ?? 'refused'}: ${Entries[0]?.ErrorMessage ?? 'no reason given'}`);
    return refused === -1 ? events.length : refused;
  };
  return Object.assign(publish, { close: () => client.destroy() });
}
