import type { Surroundings } from '../world/product.ts';
import type { Mutant } from './mutant.ts';

/** Mutants of the table: conditions that the product asks for, and DynamoDB does not hear. */

interface Sent {
  readonly Key?: Readonly<Record<string, unknown>>;
  readonly Item?: Readonly<Record<string, unknown>>;
  readonly ConditionExpression?: string;
}
interface Transaction {
  readonly TransactItems: readonly Readonly<Record<string, Sent>>[];
}
type Command = { readonly constructor: new (input: object) => object; readonly input: Sent & Partial<Transaction> };
type Fits = (verb: 'Put' | 'Delete' | 'Update', sortKey: string, partitionKey: string) => boolean;

/** No condition holds writes of these items back any more. */
function unconditional(fits: Fits): NonNullable<Mutant['surround']> {
  return (around) =>
    withSend(around, (command) => {
      const { input } = command;
      const verb = command.constructor.name.replace('Command', '');
      if (input.TransactItems !== undefined) {
        const TransactItems = input.TransactItems.map((item) =>
          Object.fromEntries(Object.entries(item).map(([each, sent]) => [each, isMeant(fits, each, sent) ? bare(sent) : sent])),
        );
        return new command.constructor({ ...input, TransactItems });
      }
      return isMeant(fits, verb, input) ? new command.constructor(bare(input)) : command;
    });
}

function isMeant(fits: Fits, verb: string, sent: Sent): boolean {
  const key = sent.Key ?? sent.Item;
  const isWrite = verb === 'Put' || verb === 'Delete' || verb === 'Update';
  return isWrite && sent.ConditionExpression !== undefined && fits(verb, String(key?.['sk']), String(key?.['pk']));
}

/** Names and values that only the condition used must go with it: DynamoDB refuses what is not used. */
function bare(sent: Sent): object {
  const { ConditionExpression: _condition, ...rest } = sent;
  const left = JSON.stringify({ ...rest, ExpressionAttributeNames: undefined, ExpressionAttributeValues: undefined });
  const used = (all: unknown): Readonly<Record<string, unknown>> | undefined => {
    const kept = Object.entries((all ?? {}) as Readonly<Record<string, unknown>>).filter(([name]) => left.includes(name));
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };
  const { ExpressionAttributeNames, ExpressionAttributeValues, ...others } = rest as Readonly<Record<string, unknown>>;
  const [names, values] = [used(ExpressionAttributeNames), used(ExpressionAttributeValues)];
  return {
    ...others,
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
  };
}

function withSend(around: Surroundings, change: (command: Command) => object): Surroundings {
  const { table } = around;
  const send = (command: never): Promise<unknown> => table.client.send(change(command) as never);
  return { ...around, table: { ...table, client: { send } as unknown as typeof table.client } };
}

export const TABLE_MUTANTS: readonly Mutant[] = [
  {
    name: 'news removed whatever it is by now',
    surround: unconditional((verb, sortKey) => verb === 'Delete' && sortKey.startsWith('INBOX#')),
  },
  {
    name: 'older news replaces newer',
    surround: unconditional((verb, sortKey) => verb !== 'Delete' && sortKey.startsWith('INBOX#')),
  },
  {
    name: 'version of the link ignored',
    surround: unconditional((_verb, sortKey) => sortKey.startsWith('LINK#') || sortKey.startsWith('BASE#')),
  },
  {
    name: 'one contact for two customers',
    surround: unconditional((_verb, sortKey) => sortKey.startsWith('XERO#')),
  },
  {
    name: 'lease taken from whoever has it',
    surround: unconditional((_verb, sortKey) => sortKey === 'LANE'),
  },
  {
    name: 'tokens refreshed without a lease',
    surround: unconditional((_verb, sortKey) => sortKey === 'TOKEN'),
  },
];
