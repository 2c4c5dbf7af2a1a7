import { setTimeout as delay } from 'node:timers/promises';
import type { LambdaRuntime } from '../lambda/lambda-runtime.ts';
import { MAX_INSTANCES, RuntimeStopped } from '../lambda/lambda-runtime.ts';
import { queueUrl } from '../template/physical-names.ts';
import { handledMessages } from './batch-result.ts';
import type { EventSourceMapping } from './mappings-from-template.ts';
import type { SqsServer } from './sqs-server.ts';

/** SQS's longest long poll, in seconds. */
const LONG_POLL_SECONDS = 20;
/** Pause after the queue itself failed to answer. */
const ERROR_PAUSE_MS = 1_000;

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>>;
}

export interface QueuePollerOptions {
  readonly mapping: EventSourceMapping;
  readonly sqs: SqsServer;
  readonly runtime: LambdaRuntime;
  readonly awsUrl: string;
  readonly region: string;
  readonly report: (message: string) => void;
}

/**
 * Lambda's poller of one queue: long polls, hands each batch to the function, deletes what it has dealt with. What it
 * has not stays invisible until its visibility timeout ends, then comes again or goes to the dead-letter queue. No batch is
 * received before an instance is free for it, so that the visibility timeout does not run while it waits.
 */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  readonly #slots: number;
  readonly #running = new Set<Promise<void>>();
  readonly #loop: Promise<void>;
  #stopped = false;

  constructor(options: QueuePollerOptions) {
    this.#options = options;
    const { mapping, runtime } = options;
    this.#slots = Math.min(mapping.maximumConcurrency ?? MAX_INSTANCES, runtime.concurrency(mapping.functionName));
    this.#loop = this.#poll();
  }

  /** Receives nothing more. Batches under way go on; {@link stopped} tells when they have ended. */
  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when the poller has stopped and its last batch has ended. */
  async stopped(): Promise<void> {
    await this.#loop;
    await Promise.all(this.#running);
  }

  get #queueUrl(): string {
    return queueUrl(this.#options.awsUrl, this.#options.mapping.queueName);
  }

  async #poll(): Promise<void> {
    while (!this.#stopped && this.#slots > 0) {
      if (this.#running.size >= this.#slots) {
        await Promise.race(this.#running);
        continue;
      }
      try {
        const messages = await this.#receive();
        if (messages.length === 0) continue;
        const batch = this.#handle(messages).finally(() => this.#running.delete(batch));
        this.#running.add(batch);
      } catch (error) {
        if (this.#stopped) return;
        this.#options.report(`Polling ${this.#options.mapping.queueName} failed: ${String(error)}`);
        await delay(ERROR_PAUSE_MS);
      }
    }
  }

  async #receive(): Promise<readonly Message[]> {
    const { Messages } = await this.#options.sqs.call('ReceiveMessage', {
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: this.#options.mapping.batchSize,
      WaitTimeSeconds: LONG_POLL_SECONDS,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (Messages ?? []) as readonly Message[];
  }

  async #handle(messages: readonly Message[]): Promise<void> {
    const { mapping, runtime, sqs, region } = this.#options;
    try {
      const event = { Records: messages.map((message) => recordOf(message, mapping.queueArn, region)) };
      const outcome = await runtime.invoke(mapping.functionName, JSON.stringify(event));
      const handled = handledMessages(
        messages.map(({ MessageId }) => MessageId),
        outcome,
        mapping.reportsItemFailures,
      );
      const entries = messages
        .filter(({ MessageId }) => handled.includes(MessageId))
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      if (entries.length > 0) await sqs.call('DeleteMessageBatch', { QueueUrl: this.#queueUrl, Entries: entries });
    } catch (error) {
      if (!(error instanceof RuntimeStopped)) this.#options.report(`A batch of ${mapping.queueName} failed: ${String(error)}`);
    }
  }
}

/** One record of the event that Lambda makes of an SQS message. */
function recordOf(message: Message, queueArn: string, region: string): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
    name,
    {
      ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
      ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.DataType,
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes) as object,
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
