/** One shard in a test: the machine over state in memory, in chunks as the replica applies them, restarted at will. */
import { FlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import {
  encodeKvCommand,
  type KvCommand,
  type KvEvent,
  KvMachine,
  type KvOp,
  type KvOpResult,
  KvReader,
  type KvReply,
  type KvTxnReply,
  type KvVersion,
} from '../../src/index.ts';
import { MemoryState } from '../memory-state.ts';

export const key = utf8Encode;
const EMPTY = new Uint8Array(0);

export function put(name: string, value: string | undefined, expiry: KvExpiryOf = { kind: 'default' }): KvOp {
  return { kind: 'put', key: key(name), value: value === undefined ? undefined : utf8Encode(value), expiry };
}
type KvExpiryOf = Extract<KvOp, { kind: 'put' }>['expiry'];

export function ttl(ttlMs: number): KvExpiryOf {
  return { kind: 'ttl', ttlMs };
}

export function remove(name: string): KvOp {
  return { kind: 'delete', key: key(name) };
}

export function txn(
  timeMs: number,
  success: readonly KvOp[],
  more: Partial<Extract<KvCommand, { kind: 'txn' }>> = {},
): KvCommand {
  return { kind: 'txn', timeMs, requestId: EMPTY, conditions: [], success, failure: [], ...more };
}

export class Shard {
  readonly state = new MemoryState();
  machine: KvMachine;
  term = 1;
  private index = 0;
  private readonly cacheBytes: number;

  constructor(cacheBytes = 1 << 20) {
    this.cacheBytes = cacheBytes;
    this.machine = new KvMachine(cacheBytes);
  }

  get reader(): KvReader {
    return new KvReader(this.machine, this.state);
  }

  async restart(): Promise<void> {
    this.machine = new KvMachine(this.cacheBytes);
    await this.machine.load(this.state);
  }

  /** Replies to a chunk of commands. */
  async chunk(commands: readonly KvCommand[]): Promise<(KvReply | FlowError)[]> {
    const encoded = commands.map(encodeKvCommand);
    await this.machine.prepare(encoded, this.state);
    return encoded.map((command) => {
      const { reply } = this.machine.apply({ index: ++this.index, term: this.term }, command, this.state);
      return reply.ok ? (reply.value as KvReply) : reply.error;
    });
  }

  async run(command: KvCommand): Promise<KvReply> {
    const [reply] = await this.chunk([command]);
    if (reply === undefined || reply instanceof FlowError) throw reply ?? new Error('no reply');
    return reply;
  }

  async txn(
    timeMs: number,
    success: readonly KvOp[],
    more: Partial<Extract<KvCommand, { kind: 'txn' }>> = {},
  ): Promise<KvTxnReply> {
    const reply = await this.run(txn(timeMs, success, more));
    if (reply.kind !== 'txn') throw new Error(reply.kind);
    return reply;
  }

  async expire(timeMs: number, max = 1_000): Promise<KvReply> {
    return await this.run({ kind: 'expire', timeMs, max });
  }

  /** The value of a key now, as text. */
  async get(name: string, revision = this.machine.revision): Promise<string | undefined> {
    return text(await this.reader.get(key(name), revision));
  }

  async events(from = 1): Promise<readonly KvEvent[]> {
    const events = await this.reader.events({ revision: from, index: 0 }, this.machine.revision, 10_000);
    if (events instanceof FlowError) throw events;
    return events;
  }

  async eventTexts(from = 1): Promise<string[]> {
    return (await this.events(from)).map(
      (event) =>
        `${event.revision} ${event.kind} ${utf8Decode(event.key)}${event.value === undefined ? '' : `=${utf8Decode(event.value)}`}`,
    );
  }
}

export function text(version: KvVersion | undefined): string | undefined {
  return version?.value === undefined ? undefined : utf8Decode(version.value);
}

export function first(reply: KvTxnReply): KvOpResult {
  const [result] = reply.results;
  if (result === undefined) throw new Error('no result');
  return result;
}
