import type { CloudFormationTemplate } from './assembly.ts';

/** What Ref and Fn::GetAtt give for one resource. Throws for an attribute the edge does not know. */
export interface ResourceAttributes {
  ref(): string;
  attribute(name: string): string;
}

export interface IntrinsicsContext {
  readonly template: CloudFormationTemplate;
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly attributesOf: (logicalId: string) => ResourceAttributes;
}

type Node = Record<string, unknown>;

/**
 * Resolves the CloudFormation intrinsics in a value of the template. Knows Ref, Fn::GetAtt, Join, Sub, Select, Split, If,
 * FindInMap and the condition functions; any other one throws, naming the resource it stands in.
 */
export class Intrinsics {
  readonly #context: IntrinsicsContext;

  constructor(context: IntrinsicsContext) {
    this.#context = context;
  }

  /** The value with every intrinsic replaced; AWS::NoValue removes the property it stands for. `where` names the resource. */
  resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, where)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as Node);
    const only = entries.length === 1 ? entries[0] : undefined;
    if (only !== undefined && (only[0] === 'Ref' || only[0] === 'Condition' || only[0].startsWith('Fn::'))) {
      return this.#intrinsic(only[0], only[1], where);
    }
    const resolved = entries.map(([key, item]) => [key, this.resolve(item, where)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
  }

  /** Whether the named condition of the template holds. */
  condition(name: string, where: string): boolean {
    const condition = this.#context.template.Conditions?.[name];
    if (condition === undefined) throw new Error(`${where}: the template has no condition ${name}.`);
    return this.resolve(condition, `condition ${name}`) === true;
  }

  #intrinsic(name: string, argument: unknown, where: string): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(this.#text(argument, name, where), where);
      case 'Condition':
        return typeof argument === 'string' && this.#context.template.Conditions?.[argument] !== undefined
          ? this.condition(argument, where)
          : { Condition: this.resolve(argument, where) };
      case 'Fn::GetAtt': {
        const [logicalId = '', ...path] =
          typeof argument === 'string' ? argument.split('.') : this.#list(argument, name, where).map(String);
        return this.#context.attributesOf(logicalId).attribute(path.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = this.#list(argument, name, where);
        return this.#list(this.resolve(parts, where), name, where)
          .map((part) => this.#text(part, name, where))
          .join(this.#text(separator, name, where));
      }
      case 'Fn::Sub':
        return this.#sub(argument, where);
      case 'Fn::Select': {
        const [index, list] = this.#list(argument, name, where);
        const chosen = this.#list(this.resolve(list, where), name, where)[Number(this.resolve(index, where))];
        if (chosen === undefined) throw new Error(`${where}: Fn::Select picks an item that is not there.`);
        return chosen;
      }
      case 'Fn::Split': {
        const [separator, text] = this.#list(argument, name, where);
        return this.#text(this.resolve(text, where), name, where).split(this.#text(separator, name, where));
      }
      case 'Fn::If': {
        const [condition, whenTrue, whenFalse] = this.#list(argument, name, where);
        return this.resolve(this.condition(this.#text(condition, name, where), where) ? whenTrue : whenFalse, where);
      }
      case 'Fn::FindInMap':
        return this.#findInMap(argument, where);
      case 'Fn::Equals': {
        const [left, right] = this.#list(this.resolve(argument, where), name, where);
        return left === right;
      }
      case 'Fn::Not':
        return this.#list(this.resolve(argument, where), name, where)[0] !== true;
      case 'Fn::And':
        return this.#list(this.resolve(argument, where), name, where).every((item) => item === true);
      case 'Fn::Or':
        return this.#list(this.resolve(argument, where), name, where).some((item) => item === true);
      default:
        throw new Error(`${where}: the AWS edge does not know the intrinsic ${name}.`);
    }
  }

  #ref(name: string, where: string): string | undefined {
    const { accountId, region, stackName, template } = this.#context;
    switch (name) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Region':
        return region;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::NoValue':
        return undefined;
    }
    const parameter = template.Parameters?.[name];
    if (parameter !== undefined) {
      if (parameter.Default === undefined) throw new Error(`${where}: the parameter ${name} has no default value.`);
      return this.#text(parameter.Default, 'Ref', where);
    }
    return this.#context.attributesOf(name).ref();
  }

  #sub(argument: unknown, where: string): string {
    const [text, given] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
    const variables = this.resolve(given, where) as Node;
    return this.#text(text, 'Fn::Sub', where).replace(/\$\{([^}]+)\}/g, (_match, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(variables, name)) return this.#text(variables[name], 'Fn::Sub', where);
      const value = name.includes('.') && !name.startsWith('AWS::') ? this.#intrinsic('Fn::GetAtt', name, where) : this.#ref(name, where);
      return this.#text(value, 'Fn::Sub', where);
    });
  }

  #findInMap(argument: unknown, where: string): unknown {
    const [map = '', top = '', second = ''] = this.#list(this.resolve(argument, where), 'Fn::FindInMap', where).map(String);
    const value = this.#context.template.Mappings?.[map]?.[top]?.[second];
    if (value === undefined) throw new Error(`${where}: the template maps nothing at ${map}.${top}.${second}.`);
    return value;
  }

  #list(value: unknown, name: string, where: string): unknown[] {
    if (!Array.isArray(value)) throw new Error(`${where}: ${name} needs a list.`);
    return value as unknown[];
  }

  #text(value: unknown, name: string, where: string): string {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new Error(`${where}: ${name} needs a plain value, not ${JSON.stringify(value)}.`);
  }
}
