import type { BuildAppOptions } from 'fauxqs';
import type { DatabaseSync } from 'node:sqlite';
import { queueUrl } from '../template/physical-names.ts';

/** The stores of fauxqs behind its HTTP face. */
export type Stores = NonNullable<BuildAppOptions['stores']>;
type SqsQueue = NonNullable<ReturnType<Stores['sqsStore']['getQueueByName']>>;

interface Persistence {
  readonly db: DatabaseSync;
  loadSqsAndSns(sqsStore: Stores['sqsStore'], snsStore: Stores['snsStore']): void;
  insertQueue(queue: SqsQueue): void;
  updateMessageReady(messageId: string): void;
  close(): void;
}

interface Modules {
  readonly SqsStore: new () => Stores['sqsStore'];
  readonly SnsStore: new () => Stores['snsStore'];
  readonly S3Store: new () => Stores['s3Store'];
  readonly PersistenceManager: new (dataDir: string) => Persistence;
}

/**
 * fauxqs exports only a server that listens on every interface of the machine. Its parts are taken from the files
 * beside its entry (the version is pinned exactly), so that queues are reached through the edge's own port only.
 */
async function loadModules(): Promise<Modules> {
  const entry = import.meta.resolve('fauxqs');
  const part = (file: string): Promise<unknown> => import(new URL(file, entry).href);
  const files = await Promise.all(['./sqs/sqsStore.js', './sns/snsStore.js', './s3/s3Store.js', './persistence.js'].map(part));
  return Object.assign({}, ...files) as Modules;
}

export interface QueueStoreOptions {
  readonly dataDir: string;
  readonly awsUrl: string;
  /** Names of the queues that functions poll. */
  readonly polledQueues: readonly string[];
}

/**
 * Opens the stored queues of `dataDir`. Messages of `polledQueues` that were in flight when the last process ended are
 * visible at once: whoever had received them died with it. Their receive count stays, as it would on AWS.
 */
export async function openQueueStore({ dataDir, awsUrl, polledQueues }: QueueStoreOptions): Promise<{ stores: Stores; close: () => void }> {
  const { SqsStore, SnsStore, S3Store, PersistenceManager } = await loadModules();
  const stores: Stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(dataDir);
  repairPersistence(persistence);
  // The edge's port may be another one than last time.
  persistence.db.prepare('UPDATE sqs_queues SET url = ? || name').run(queueUrl(awsUrl, ''));
  const release = persistence.db.prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE queue_name = ?');
  for (const queue of polledQueues) release.run(queue);

  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  // Wired up after loading, as fauxqs does itself: loading through it would write every queue again.
  Object.assign(stores.sqsStore, { persistence, host: '' });
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { persistence });
  return { stores, close: () => persistence.close() };
}

/**
 * Two faults of fauxqs 2.4.1, both of which lose messages: writing a queue's row replaces it and thereby deletes its
 * messages (ON DELETE CASCADE), and ChangeMessageVisibility to 0 sets a column to NULL that may not be NULL.
 * The journal is synced as the edge's own (see openEdgeDatabase).
 */
function repairPersistence(persistence: Persistence): void {
  const { db } = persistence;
  db.exec('PRAGMA synchronous = NORMAL');
  const upsert = db.prepare(`
    INSERT INTO sqs_queues (name, url, arn, attributes, tags, created_timestamp, last_modified_timestamp, sequence_counter)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET url = excluded.url, arn = excluded.arn, attributes = excluded.attributes, tags = excluded.tags,
      last_modified_timestamp = excluded.last_modified_timestamp, sequence_counter = excluded.sequence_counter`);
  const ready = db.prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?');
  persistence.insertQueue = (queue) => {
    const { name, url, arn, attributes, tags, createdTimestamp, lastModifiedTimestamp, sequenceCounter } = queue;
    upsert.run(
      name,
      url,
      arn,
      JSON.stringify(attributes),
      JSON.stringify(Object.fromEntries(tags)),
      createdTimestamp,
      lastModifiedTimestamp,
      sequenceCounter,
    );
  };
  persistence.updateMessageReady = (messageId) => {
    ready.run(messageId);
  };
}
