import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { GesEvent } from '../core/records.ts';

/** Hands events to the bus in order; tells how many of them, counted from the first, it accepted. @throws when none was */
export type Publish = (events: readonly GesEvent[]) => Promise<number>;

export interface AwsOptions {
  /** The AWS edge of this machine; the simulator never talks to AWS itself. */
  readonly endpoint: string;
  readonly region?: string | undefined;
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
        Entries: events.map(({ source, detailType, detail }) => ({
          EventBusName: eventBusName,
          Source: source,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
          Time: new Date(detail.occurredAt),
        })),
      }),
    );
    const refused = Entries.findIndex((entry) => entry.EventId === undefined);
    if (refused === 0) throw new Error(`${Entries[0]?.ErrorCode ?? 'refused'}: ${Entries[0]?.ErrorMessage ?? 'no reason given'}`);
    return refused === -1 ? events.length : refused;
  };
  return Object.assign(publish, { close: () => client.destroy() });
}
