import type { Ids, Inbox, Intent, IntentStore, LaterNews, News, Scope, StoredNews } from '../../shared/sync/ports.ts';
import { asksToGo } from '../../shared/sync/work.ts';
import { frozenCopy } from './store-frozen-copy.ts';

const TYPES = ['customer', 'invoice', 'payment'];

/** The inbox in memory: same answers as the real one, by plain comparisons instead of condition expressions. */
export function createMemoryInbox(ids: Ids): Inbox {
  const scopes = new Map<string, { readonly entries: Map<string, StoredNews>; readonly later: Map<string, LaterNews> }>();
  const open = (scope: Scope) => {
    const name = scopeName(scope);
    const state = scopes.get(name) ?? { entries: new Map<string, StoredNews>(), later: new Map<string, LaterNews>() };
    scopes.set(name, state);
    return state;
  };
  const inOrder = (scope: Scope) =>
    [...open(scope).later.values()].sort((a, b) => a.dueAt - b.dueAt || compareText(recordName(a.news), recordName(b.news)));

  return {
    async put(scope, news) {
      const { entries } = open(scope);
      const present = entries.get(recordName(news));
      if (present !== undefined && !replaces(news, present)) return 'older';
      const asked = asksToGo(news) || present?.asked === true ? { asked: true as const } : {};
      entries.set(recordName(news), frozenCopy({ ...news, ...asked, token: ids.next() }));
      return 'stored';
    },

    async take(scope, limit) {
      return [...open(scope).entries.values()].sort(byUrgency).slice(0, limit);
    },

    async remove(scope, news) {
      const { entries } = open(scope);
      if (entries.get(recordName(news))?.token === news.token) entries.delete(recordName(news));
    },

    async putLater(scope, news, dueAt) {
      const { later } = open(scope);
      const name = laterName(news, dueAt);
      const present = later.get(name);
      if (present === undefined || present.news.order <= news.order) later.set(name, frozenCopy({ dueAt, news }));
    },

    async dueLater(scope, now, limit) {
      return inOrder(scope)
        .filter(({ dueAt }) => dueAt <= now)
        .slice(0, limit);
    },

    async removeLater(scope, { dueAt, news }) {
      const { later } = open(scope);
      const name = laterName(news, dueAt);
      if (later.get(name)?.news.order === news.order) later.delete(name);
    },

    async nextLaterAt(scope) {
      return inOrder(scope)[0]?.dueAt;
    },
  };
}

/** Intents in memory. */
export function createMemoryIntents(): IntentStore {
  const scopes = new Map<string, Map<string, Intent>>();
  const open = (scope: Scope) => {
    const intents = scopes.get(scopeName(scope)) ?? new Map<string, Intent>();
    scopes.set(scopeName(scope), intents);
    return intents;
  };
  return {
    async putIntent(scope, intent) {
      open(scope).set(recordName(intent), frozenCopy(intent));
    },
    async listIntents(scope) {
      return [...open(scope).entries()].sort(([a], [b]) => compareText(a, b)).map(([, intent]) => intent);
    },
    async removeIntent(scope, intent) {
      const intents = open(scope);
      if (intents.get(recordName(intent))?.key === intent.key) intents.delete(recordName(intent));
    },
  };
}

export function scopeName(scope: Scope): string {
  return JSON.stringify([scope.accountId, scope.generation]);
}

function replaces(news: News, present: News): boolean {
  if (present.rank === 'live') return news.rank === 'live' && news.order > present.order;
  return news.rank === 'live' ? news.order >= present.order : news.order > present.order;
}

function byUrgency(a: StoredNews, b: StoredNews): number {
  return (
    Number(a.rank === 'bulk') - Number(b.rank === 'bulk') ||
    TYPES.indexOf(a.type) - TYPES.indexOf(b.type) ||
    a.receivedAt - b.receivedAt ||
    compareText(a.id, b.id) ||
    compareText(a.side, b.side)
  );
}

function recordName(record: Pick<News, 'type' | 'side' | 'id'>): string {
  return `${record.type}#${record.side}#${record.id}`;
}

function laterName(news: News, dueAt: number): string {
  return `${String(dueAt)}#${recordName(news)}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
