/**
 * The machine of one shard of a bucket: keys with values, revisions, expiries and leases, and the log of all changes that watchers read.
 *
 * Revisions: every command that changes keys makes one revision, all of its changes share it; keys that expired and are written again make one
 * more, before it. Invariants: revision, compacted revision and time never fall; compacted ≤ revision; what time takes away it takes away by a
 * command, so that watchers see it; a lease lives its full time from the first command of a new leader's term at least.
 *
 * Almost all of it lies on the disk (tables: `kv-keys.ts`); memory holds a cache, the heads of the ordered tables and the latest events.
 */
import { ByteWriter, crc32c, FlowError } from '@flowmesh/base';
import { resolveBucketConfig } from '../catalog/bucket-config.ts';
import { digestText } from '../digest.ts';
import type { ApplyMeta, Machine, Reply, StateReader, StateWriter } from '../machine.ts';
import { Expiry } from './expiry.ts';
import { Keyspace } from './keyspace.ts';
import { decodeKvCommand, kvCommandNeedsRoom, type KvCommand, weighKvCommand } from './kv-command.ts';
import { decodeGlobals, describeGlobals, encodeGlobals, type KvGlobals } from './kv-globals.ts';
import { GLOBALS_KEY } from './kv-keys.ts';
import { decodeAnswer, encodeAnswer } from './kv-records.ts';
import type { KvEvent, KvReply } from './kv-types.ts';
import { LeaseTable } from './lease-table.ts';
import { prepareChunk } from './preparation.ts';
import { Transaction } from './transaction.ts';

/** Of one shard; a node leads and follows many. */
const CACHE_BYTES_MAX = 4 * 1024 * 1024;

export class KvMachine implements Machine {
  readonly name = 'kv/1';
  private readonly space: Keyspace;
  private readonly leases: LeaseTable;
  private readonly expiry: Expiry;
  /** The chunk that is being applied: what was decoded for preparing it. */
  private prepared: readonly { readonly bytes: Uint8Array; readonly command: KvCommand }[] = [];
  private nextPrepared = 0;
  private readonly encodeGlobals = (): Uint8Array => encodeGlobals(this.space.globals);

  constructor(cacheBytesMax = CACHE_BYTES_MAX) {
    this.space = new Keyspace(cacheBytesMax);
    this.leases = new LeaseTable(this.space);
    this.expiry = new Expiry(this.space, this.leases);
  }

  /** Of the last change; 0 before the first. */
  get revision(): number {
    return this.space.globals.revision;
  }

  /** The earliest revision at which can be read; the changes after it can be watched. */
  get compactedRevision(): number {
    return this.space.globals.compacted;
  }

  get timeMs(): number {
    return this.space.globals.timeMs;
  }

  /** Catalog revision of the configuration in force. */
  get configRevision(): number {
    return this.space.globals.configRevision;
  }

  get settings(): KvGlobals['settings'] {
    return this.space.globals.settings;
  }

  /** Machine time of the first command of the leader's term: leases last from then at least. */
  get termStartMs(): number {
    return this.space.globals.termStartMs;
  }

  get keyCount(): number {
    return this.space.globals.keys;
  }

  get leaseCount(): number {
    return this.space.globals.leases;
  }

  /** Bytes of changes that are kept for watchers. */
  get logBytes(): number {
    return this.space.globals.logBytes;
  }

  /** Events from a revision to the last, whole revisions; undefined where memory does not hold them: they are in the log. */
  recentEvents(fromRevision: number): readonly KvEvent[] | undefined {
    return this.space.recent.from(fromRevision, this.revision);
  }

  /** Earliest machine time at which an `expire` command would change something; undefined: none in sight. */
  dueAtMs(): number | undefined {
    return this.expiry.dueAtMs();
  }

  prepare(commands: readonly Uint8Array[], state: StateReader): Promise<void> | undefined {
    const bytes = commands.reduce((sum, { length }) => sum + length, 0);
    this.prepared = commands.map((command) => ({ bytes: command, command: decodeKvCommand(command) }));
    this.nextPrepared = 0;
    const decoded = this.prepared.map(({ command }) => command);
    return prepareChunk(this.space, decoded, bytes, state);
  }

  /** Commands are applied in the order in which they were prepared for. */
  private decoded(bytes: Uint8Array): KvCommand {
    const next = this.prepared[this.nextPrepared];
    if (next?.bytes !== bytes) return decodeKvCommand(bytes);
    if (++this.nextPrepared === this.prepared.length) this.prepared = [];
    return next.command;
  }

  apply(
    meta: ApplyMeta,
    command: Uint8Array,
    writer: StateWriter,
  ): { readonly reply: Reply; readonly effects: readonly never[] } {
    const { globals } = this.space;
    const decoded = this.decoded(command);
    globals.chain = crc32c(command, crc32c(placeOf(meta), globals.chain));
    globals.timeMs = Math.max(globals.timeMs, decoded.timeMs);
    if (meta.term > globals.term) {
      globals.term = meta.term;
      globals.termStartMs = globals.timeMs;
    }
    this.space.writer = writer;
    const outcome = this.run(decoded);
    writer.putLate(GLOBALS_KEY, this.encodeGlobals);
    this.space.writer = undefined;
    const reply: Reply =
      outcome instanceof FlowError ? { ok: false, error: outcome } : { ok: true, value: outcome };
    return { reply, effects: [] };
  }

  private run(command: KvCommand): KvReply | FlowError {
    switch (command.kind) {
      case 'txn':
        return this.transact(command);
      case 'lease-grant': {
        const lease = this.leases.grant(command.id, command.ttlMs);
        return lease instanceof FlowError ? lease : { kind: 'lease', lease };
      }
      case 'lease-keep-alive': {
        const answers = command.ids.map((id) => ({ id, lease: this.leases.keepAlive(id) }));
        return {
          kind: 'leases-kept',
          kept: answers.flatMap(({ lease }) => (lease === undefined ? [] : [lease])),
          gone: answers.filter(({ lease }) => lease === undefined).map(({ id }) => id),
        };
      }
      case 'lease-revoke':
        return this.revoke(command.id, command.max);
      case 'compact':
        return this.compact(command.revision);
      case 'expire': {
        const { keys, leases } = this.expiry.run(command.max);
        return { kind: 'expired', keys, leases, revision: this.revision };
      }
      case 'configure':
        return this.configure(command.revision, command.config);
    }
  }

  private transact(command: Extract<KvCommand, { kind: 'txn' }>): KvReply | FlowError {
    const { requestId } = command;
    const { requests, globals } = this.space;
    if (requestId.length > 0) {
      const answered = requests.answerTo(requestId);
      if (answered !== undefined) return decodeAnswer(answered);
    }
    const outcome = new Transaction(this.space, this.leases, command).run();
    if (outcome instanceof FlowError) return outcome;
    if (requestId.length > 0 && outcome.changed) {
      requests.remember(requestId, encodeAnswer(outcome.reply), globals.timeMs, this.space.out);
      globals.requests++;
    }
    return outcome.reply;
  }

  private revoke(id: number, max: number): KvReply | FlowError {
    if (!this.leases.revoke(id)) {
      return new FlowError('NOT_FOUND', `lease ${id} is not there: never granted, expired or revoked`, {
        hint: 'There is nothing to revoke.',
        details: { lease: id },
      });
    }
    const { deleted, more } = this.expiry.drain(id, 'delete', max);
    return { kind: 'lease-revoked', deleted, more, revision: this.revision };
  }

  private compact(revision: number): KvReply | FlowError {
    const { globals } = this.space;
    if (revision > globals.revision) {
      return new FlowError(
        'INVALID_ARGUMENT',
        `revision ${revision} is in the future: the last is ${globals.revision}`,
        {
          hint: 'Compact up to a revision that was reached.',
          details: { revision: globals.revision },
        },
      );
    }
    globals.compacted = Math.max(globals.compacted, revision);
    return { kind: 'compacted', compactedRevision: globals.compacted };
  }

  private configure(revision: number, config: Readonly<Record<string, string>>): KvReply {
    const { globals } = this.space;
    if (revision > globals.configRevision) {
      globals.configRevision = revision;
      globals.config = config;
      globals.settings = resolveBucketConfig(config);
    }
    return { kind: 'configured', revision: globals.configRevision };
  }

  weigh(command: Uint8Array): number {
    return weighKvCommand(command);
  }

  /** What takes nothing but time and space away must pass while the disk is full. */
  needsRoom(command: Uint8Array): boolean {
    return kvCommandNeedsRoom(command);
  }

  /** All data lies in the state: nothing of the Raft log is needed once it is applied. */
  neededFrom(applied: number): number {
    return applied + 1;
  }

  async load(state: StateReader): Promise<void> {
    const bytes = await state.get(GLOBALS_KEY);
    if (bytes !== undefined) this.space.globals = decodeGlobals(bytes);
    const { expiries, leaseDues, requests, log } = this.space;
    for (const head of [expiries, leaseDues, log]) await head.restore(state);
    await requests.load(state);
  }

  digest(): string {
    return digestText(describeGlobals(this.space.globals));
  }
}

function placeOf(meta: ApplyMeta): Uint8Array {
  return new ByteWriter(16).u64(meta.index).u64(meta.term).view8();
}
