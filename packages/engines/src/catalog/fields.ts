/** Reads typed fields out of decoded JSON; whatever is missing, of another type or out of range is INVALID_ARGUMENT. */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { FlowError, groupId, memberIdFrom, NODE_ID_MAX, nodeId, REPLICA_ID_MAX } from '@flowmesh/base';

const NODE_SPAN = NODE_ID_MAX + 1;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/;

function isInteger(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
}

function isMember(value: unknown): value is number {
  if (!isInteger(value, NODE_SPAN + 1, Number.MAX_SAFE_INTEGER)) return false;
  return value % NODE_SPAN !== 0 && Math.floor(value / NODE_SPAN) <= REPLICA_ID_MAX;
}

function isNode(value: unknown): value is number {
  return isInteger(value, 1, NODE_ID_MAX);
}

export class Fields {
  private readonly values: ReadonlyMap<string, unknown>;
  private readonly path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FlowError('INVALID_ARGUMENT', `${path} is not an object`);
    }
    this.values = new Map(Object.entries(value));
    this.path = path;
  }

  private refuse(key: string, wanted: string): never {
    throw new FlowError('INVALID_ARGUMENT', `${this.path}.${key} is not ${wanted}`);
  }

  integer(key: string, min: number, max: number): number {
    const value = this.values.get(key);
    return isInteger(value, min, max) ? value : this.refuse(key, `an integer from ${min} to ${max}`);
  }

  text(key: string, lengthMin: number, lengthMax: number): string {
    const value = this.values.get(key);
    if (typeof value === 'string' && value.length >= lengthMin && value.length <= lengthMax) return value;
    return this.refuse(key, `a text of ${lengthMin} to ${lengthMax} characters`);
  }

  pattern(key: string, pattern: RegExp): string {
    const value = this.values.get(key);
    return typeof value === 'string' && pattern.test(value)
      ? value
      : this.refuse(key, `like ${pattern.source}`);
  }

  boolean(key: string): boolean {
    const value = this.values.get(key);
    return typeof value === 'boolean' ? value : this.refuse(key, 'true or false');
  }

  choice<T extends string>(key: string, choices: readonly T[]): T {
    const value = this.values.get(key);
    return choices.find((choice) => choice === value) ?? this.refuse(key, `one of ${choices.join(', ')}`);
  }

  /** Some of them, at most each once. */
  choices<T extends string>(key: string, choices: readonly T[]): readonly T[] {
    return this.list(key, 0, choices.length).map(
      (value) =>
        choices.find((choice) => choice === value) ?? this.refuse(key, `a list of ${choices.join(', ')}`),
    );
  }

  /** The field as `read` has it, to be spread into a value; nothing where it is absent. */
  optional<K extends string, T>(key: K, read: () => T): { readonly [P in K]?: T } {
    return this.values.has(key) ? ({ [key]: read() } as { readonly [P in K]: T }) : {};
  }

  /** Lower-case hexadecimal, with or without hyphens. */
  uuid(key: string): string {
    return this.pattern(key, UUID);
  }

  node(key: string): NodeId {
    const value = this.values.get(key);
    return isNode(value) ? nodeId(value) : this.refuse(key, 'a node id');
  }

  group(key: string): GroupId {
    return groupId(this.integer(key, 0, Number.MAX_SAFE_INTEGER));
  }

  member(key: string): MemberId {
    const value = this.values.get(key);
    return isMember(value) ? memberIdFrom(value) : this.refuse(key, 'a member id');
  }

  private list(key: string, lengthMin: number, lengthMax: number): readonly unknown[] {
    const value = this.values.get(key);
    if (Array.isArray(value) && value.length >= lengthMin && value.length <= lengthMax) return value;
    return this.refuse(key, `a list of ${lengthMin} to ${lengthMax} elements`);
  }

  members(key: string, lengthMax: number): readonly MemberId[] {
    return this.list(key, 0, lengthMax).map((value) =>
      isMember(value) ? memberIdFrom(value) : this.refuse(key, 'a list of member ids'),
    );
  }

  groups(key: string, lengthMin: number, lengthMax: number): readonly GroupId[] {
    return this.list(key, lengthMin, lengthMax).map((value) =>
      isInteger(value, 0, Number.MAX_SAFE_INTEGER) ? groupId(value) : this.refuse(key, 'a list of group ids'),
    );
  }

  nodes(key: string, lengthMin: number, lengthMax: number): readonly NodeId[] {
    return this.list(key, lengthMin, lengthMax).map((value) =>
      isNode(value) ? nodeId(value) : this.refuse(key, 'a list of node ids'),
    );
  }

  texts(key: string, lengthMax: number): readonly string[] {
    return this.list(key, 0, lengthMax).map((value) =>
      typeof value === 'string' && value.length <= 1_000 ? value : this.refuse(key, 'a list of texts'),
    );
  }

  nodeLists(key: string, lengthMax: number, innerMax: number): readonly (readonly NodeId[])[] {
    return this.list(key, 1, lengthMax).map((inner) => {
      if (!Array.isArray(inner) || inner.length === 0 || inner.length > innerMax || !inner.every(isNode)) {
        return this.refuse(key, 'a list of lists of node ids');
      }
      return inner.map((node) => nodeId(node));
    });
  }

  object(key: string): Fields {
    return new Fields(this.values.get(key), `${this.path}.${key}`);
  }

  objects(key: string, lengthMin: number, lengthMax: number): readonly Fields[] {
    return this.list(key, lengthMin, lengthMax).map(
      (value, i) => new Fields(value, `${this.path}.${key}[${i}]`),
    );
  }

  /** Texts by key, in the order of the keys. */
  textMap(key: string, sizeMax: number): Readonly<Record<string, string>> {
    const inner = this.object(key);
    if (inner.values.size > sizeMax) this.refuse(key, `a map of at most ${sizeMax} texts`);
    const names = [...inner.values.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, inner.text(name, 0, 1_000)]));
  }
}
