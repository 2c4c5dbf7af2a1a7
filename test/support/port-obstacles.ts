import { failureOf, savesFirst, type Fault } from './fake-faults.ts';

/** A call that went through. `elements`: of the list that was sent, 1 where it sends none. */
export interface SeenCall {
  readonly method: string;
  readonly elements: number;
}

interface Element {
  readonly number?: string;
  readonly name?: string;
  readonly email?: string;
}
type Answer = { readonly ok: true } | { readonly ok: false; readonly messages: readonly string[] };
interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly unreadable?: readonly string[];
}
type Call = (...args: readonly unknown[]) => Promise<unknown>;

/** Things that happen on the way to one of the two systems, and that the system itself has no lever for. */
export interface Obstacles {
  readonly calls: readonly SeenCall[];
  readonly forgetCalls: () => void;
  /** The next calls of this method fail like this, one after the other. */
  readonly failNext: (method: string, ...faults: readonly Fault[]) => void;
  /** Something happens while the next call of this method (that holds an element of this name) is on its way. */
  readonly meanwhile: (method: string, happen: () => unknown, toElementNamed?: string) => void;
  /** A request that holds an element of this name is refused as a whole, as Xero does with what it cannot parse. */
  readonly refuseWholeFor: (name: string) => void;
  /** Elements that fit are refused in these words, the others of their batch are not. */
  readonly refuse: (fits: (element: Element) => boolean, message: string) => void;
  /** From now on, until told otherwise, lists show this record as one that does not fit the contract. */
  readonly garble: (id: string, isGarbled?: boolean) => void;
  /** The same port, with the obstacles before it. */
  before<T extends object>(port: T): T;
}

export function createObstacles(): Obstacles {
  const faults = new Map<string, Fault[]>();
  const unparsable = new Set<string>();
  const garbled = new Set<string>();
  const refusals: { readonly fits: (element: Element) => boolean; readonly message: string }[] = [];
  let interludes: { readonly method: string; readonly happen: () => unknown; readonly name: string | undefined }[] = [];
  let calls: SeenCall[] = [];

  async function interlude(method: string, elements: readonly Element[]): Promise<void> {
    const now = interludes.find(
      (one) => one.method === method && (one.name === undefined || elements.some(({ name }) => name === one.name)),
    );
    interludes = interludes.filter((one) => one !== now);
    await now?.happen();
  }

  /** Sends on what is not refused. */
  async function answerEach(elements: readonly Element[], key: unknown, serve: Call): Promise<unknown> {
    const refusalOf = (element: Element): string | undefined => refusals.find(({ fits }) => fits(element))?.message;
    const passed = elements.filter((element) => refusalOf(element) === undefined);
    const answers = [...(passed.length === 0 ? [] : ((await serve(passed, key)) as readonly Answer[]))];
    return elements.map((element): Answer => {
      const message = refusalOf(element);
      return message === undefined ? (answers.shift() ?? { ok: false, messages: [] }) : { ok: false, messages: [message] };
    });
  }

  function withGarbled({ items, unreadable = [], ...page }: Page): Page {
    const isGarbled = ({ id }: { readonly id: string }): boolean => garbled.has(id);
    const hidden = items.filter(isGarbled).map(({ id }) => id);
    return { ...page, items: items.filter((item) => !isGarbled(item)), unreadable: [...unreadable, ...hidden] };
  }

  function serveWith(method: string, serve: Call): Call {
    return async (...args) => {
      const [first, key] = args;
      const isWrite = method.startsWith('create') || method.startsWith('update');
      const elements = isWrite && Array.isArray(first) ? (first as readonly Element[]) : undefined;
      await interlude(method, elements ?? []);
      calls.push({ method, elements: Array.isArray(first) ? first.length : 1 });
      if (elements?.some(({ name }) => unparsable.has(name ?? '')) === true) throw failureOf('refused-as-a-whole');
      const fault = faults.get(method)?.shift();
      if (fault !== undefined && !savesFirst(fault)) throw failureOf(fault);
      const answer = elements === undefined ? await serve(...args) : await answerEach(elements, key, serve);
      if (fault !== undefined) throw failureOf(fault);
      return method.startsWith('list') ? withGarbled(answer as Page) : answer;
    };
  }

  return {
    get calls() {
      return calls;
    },
    forgetCalls: () => void (calls = []),
    failNext: (method, ...more) => void faults.set(method, [...(faults.get(method) ?? []), ...more]),
    meanwhile: (method, happen, name) => void interludes.push({ method, happen, name }),
    refuseWholeFor: (name) => void unparsable.add(name),
    refuse: (fits, message) => void refusals.push({ fits, message }),
    garble: (id, isGarbled = true) => void (isGarbled ? garbled.add(id) : garbled.delete(id)),
    before: (port) =>
      new Proxy(port, {
        get(target, property, receiver) {
          const method: unknown = Reflect.get(target, property, receiver);
          return typeof method === 'function' ? serveWith(String(property), method.bind(target) as Call) : method;
        },
      }),
  };
}
