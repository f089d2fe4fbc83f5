/**
 * The state of a coordinator shard: in memory as a whole, since it is bounded (`coordinator-limits.ts`), and as keys and values behind it.
 * Whatever changes goes through here, so that both stay equal.
 *
 * Keys: 1 globals · 2 group: head · 3 group 0 member · 4 group 0 stream 0 partition(u32): offset · 5 group 0 producer(u64): staged offsets ·
 * 6 transactional id · 7 producer(u64): its transactions as these offsets know them · 8 group: classic head · 9 group 0 classic member · 10 group 0 share member. Names hold no byte 0. Values are JSON.
 */
import { ByteReader, ByteWriter, concatBytes, must, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import type { ClassicHead, ClassicMember } from './classic-types.ts';
import * as limits from './coordinator-limits.ts';
import type {
  GroupHead,
  GroupMember,
  PendingOffsets,
  ShareMember,
  StoredOffset,
  Transaction,
} from './coordinator-types.ts';
import { DueHeap } from './due-heap.ts';
import { compareText, type PartitionKey, partitionKey, partitionOf } from './partition-key.ts';

export interface CoordinatorGlobals {
  /** The greatest time that a command has brought. */
  timeMs: number;
  configRevision: number;
  /** Checksum chained over all commands: replicas with another history have another one. */
  chain: number;
}

/** A group with all that belongs to it. Changed by `CoordinatorState` alone. */
export class Group {
  head: GroupHead;
  readonly members = new Map<string, GroupMember>();
  /** Since its first member of the classic protocol; undefined in native groups. */
  classic: ClassicHead | undefined;
  readonly classicMembers = new Map<string, ClassicMember>();
  readonly shareMembers = new Map<string, ShareMember>();
  readonly offsets = new Map<PartitionKey, StoredOffset>();
  /** By producer. */
  readonly pending = new Map<number, PendingOffsets>();
  /** Who holds a partition: it may read it, or has not confirmed yet that it reads it no more. */
  readonly owners = new Map<PartitionKey, string>();

  constructor(head: GroupHead) {
    this.head = head;
  }

  /** Members, of whichever protocol. */
  get size(): number {
    return this.members.size + this.classicMembers.size + this.shareMembers.size;
  }

  /** In the order of their ids. */
  orderedMembers(): readonly GroupMember[] {
    return [...this.members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  instance(instanceId: string): GroupMember | undefined {
    if (instanceId === '') return undefined;
    for (const member of this.members.values()) if (member.instanceId === instanceId) return member;
    return undefined;
  }

  orderedShare(): readonly ShareMember[] {
    return [...this.shareMembers.values()].sort((a, b) => compareText(a.id, b.id));
  }

  orderedClassic(): readonly ClassicMember[] {
    return [...this.classicMembers.values()].sort((a, b) => compareText(a.id, b.id));
  }

  classicInstance(instanceId: string): ClassicMember | undefined {
    if (instanceId === '') return undefined;
    for (const member of this.classicMembers.values()) if (member.instanceId === instanceId) return member;
    return undefined;
  }
}

/** A producer that commits offsets in transactions, as partitions of streams know them, too. */
export interface OffsetProducer {
  readonly epoch: number;
  /** Round in which offsets may be staged; -1: none. */
  readonly admitted: number;
  /** Round that ended last; -1: none. */
  readonly endedRound: number;
  readonly timeMs: number;
}

/**
 * What is due by time: a group or transactional id that nobody uses, members that a classic group waits for no longer, a transaction whose
 * time is up, an ended producer.
 */
export type DueThing =
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'classic'; readonly id: string }
  | { readonly kind: 'transaction'; readonly id: string }
  | { readonly kind: 'producer'; readonly id: number };

export class CoordinatorState {
  readonly globals: CoordinatorGlobals = { timeMs: 0, configRevision: 0, chain: 0 };
  readonly groups = new Map<string, Group>();
  readonly transactions = new Map<string, Transaction>();
  readonly producers = new Map<number, OffsetProducer>();
  offsetCount = 0;
  /** What members of classic groups say and are assigned. */
  classicBytes = 0;
  private readonly due = new DueHeap();
  private readonly endedDue = new DueHeap();
  private readonly pendingOf = new Map<number, Set<string>>();

  async load(state: StateReader): Promise<void> {
    const globals = await state.get(GLOBALS_KEY);
    if (globals !== undefined) Object.assign(this.globals, read<CoordinatorGlobals>(globals));
    for (const [, value] of await table(state, 2)) this.restoreHead(read(value));
    for (const [key, value] of await table(state, 3)) this.restoreMember(groupOf(key), read(value));
    for (const [key, value] of await table(state, 4)) this.restoreOffset(key, read(value));
    for (const [key, value] of await table(state, 5)) this.restorePending(groupOf(key), read(value));
    for (const [, value] of await table(state, 6)) this.restoreTransaction(read(value));
    for (const [key, value] of await table(state, 7)) {
      this.restoreProducer(new ByteReader(key.subarray(1)).u64(), read(value));
    }
    for (const [key, value] of await table(state, 8)) {
      this.restoreClassic(utf8Decode(key.subarray(1)), read(value));
    }
    for (const [key, value] of await table(state, 9)) this.restoreClassicMember(groupOf(key), read(value));
    for (const [key, value] of await table(state, 10)) {
      const member = read<ShareMember>(value);
      must(this.groups.get(groupOf(key)), 'a member has a group').shareMembers.set(member.id, member);
    }
  }

  saveGlobals(writer: StateWriter): void {
    writer.put(GLOBALS_KEY, write(this.globals));
  }

  // ---- groups

  putHead(head: GroupHead, writer: StateWriter): Group {
    return this.restoreHead(store(writer, keyOf(2, head.id), head));
  }

  /** With all that belongs to it. */
  deleteGroup(group: Group, writer: StateWriter): void {
    for (const member of group.orderedMembers()) this.deleteMember(group, member.id, writer);
    this.deleteClassic(group, writer);
    for (const { id } of group.orderedShare()) this.deleteShareMember(group, id, writer);
    for (const key of [...group.offsets.keys()].sort()) this.deleteOffset(group, key, writer);
    for (const producerId of [...group.pending.keys()].sort((a, b) => a - b)) {
      this.deletePending(group, producerId, writer);
    }
    const { id } = group.head;
    writer.del(keyOf(2, id));
    this.groups.delete(id);
    this.due.set(`g:${id}`, undefined);
  }

  putMember(group: Group, member: GroupMember, writer: StateWriter): void {
    this.restoreMember(group.head.id, store(writer, keyOf(3, group.head.id, member.id), member));
  }

  deleteMember(group: Group, id: string, writer: StateWriter): void {
    const member = must(group.members.get(id), 'only members are deleted');
    for (const key of Object.keys(member.assigned)) group.owners.delete(key);
    for (const key of Object.keys(member.revoking)) group.owners.delete(key);
    group.members.delete(id);
    writer.del(keyOf(3, group.head.id, id));
  }

  putClassic(group: Group, classic: ClassicHead, writer: StateWriter): void {
    this.restoreClassic(group.head.id, store(writer, keyOf(8, group.head.id), classic));
  }

  putClassicMember(group: Group, member: ClassicMember, writer: StateWriter): void {
    this.restoreClassicMember(group.head.id, store(writer, keyOf(9, group.head.id, member.id), member));
  }

  deleteClassicMember(group: Group, id: string, writer: StateWriter): void {
    this.classicBytes -= classicBytesOf(must(group.classicMembers.get(id), 'only members are deleted'));
    group.classicMembers.delete(id);
    writer.del(keyOf(9, group.head.id, id));
  }

  putShareMember(group: Group, member: ShareMember, writer: StateWriter): void {
    writer.put(keyOf(10, group.head.id, member.id), write(member));
    group.shareMembers.set(member.id, member);
  }

  deleteShareMember(group: Group, id: string, writer: StateWriter): void {
    group.shareMembers.delete(id);
    writer.del(keyOf(10, group.head.id, id));
  }

  /** The group is one of another protocol from here on, or none. */
  deleteClassic(group: Group, writer: StateWriter): void {
    if (group.classic === undefined) return;
    for (const member of group.orderedClassic()) this.deleteClassicMember(group, member.id, writer);
    group.classic = undefined;
    this.due.set(`c:${group.head.id}`, undefined);
    writer.del(keyOf(8, group.head.id));
  }

  putOffset(group: Group, key: PartitionKey, offset: StoredOffset, writer: StateWriter): void {
    if (!group.offsets.has(key)) this.offsetCount++;
    group.offsets.set(key, store(writer, offsetKey(group.head.id, key), offset));
  }

  deleteOffset(group: Group, key: PartitionKey, writer: StateWriter): void {
    if (!group.offsets.delete(key)) return;
    this.offsetCount--;
    writer.del(offsetKey(group.head.id, key));
  }

  // ---- staged offsets

  putPending(group: Group, pending: PendingOffsets, writer: StateWriter): void {
    this.restorePending(group.head.id, store(writer, pendingKey(group.head.id, pending.producerId), pending));
  }

  deletePending(group: Group, producerId: number, writer: StateWriter): void {
    if (!group.pending.delete(producerId)) return;
    writer.del(pendingKey(group.head.id, producerId));
    const names = this.pendingOf.get(producerId);
    names?.delete(group.head.id);
    if (names?.size === 0) this.pendingOf.delete(producerId);
  }

  /** Groups with offsets that this producer has staged, in the order of their names. */
  groupsStagedBy(producerId: number): readonly Group[] {
    const names = [...(this.pendingOf.get(producerId) ?? [])].sort();
    return names.map((name) => must(this.groups.get(name), 'staged offsets have a group'));
  }

  putProducer(producerId: number, producer: OffsetProducer, writer: StateWriter): void {
    this.restoreProducer(producerId, store(writer, endedKey(producerId), producer));
    if (this.producers.size <= limits.ENDED_PRODUCERS_MAX) return;
    // Those whose transaction goes on are kept: their coordinators see to it that it ends.
    const oldest = this.endedDue.first();
    if (oldest !== undefined) this.deleteProducer(Number(oldest.name), writer);
  }

  deleteProducer(producerId: number, writer: StateWriter): void {
    this.producers.delete(producerId);
    this.endedDue.set(String(producerId), undefined);
    writer.del(endedKey(producerId));
  }

  // ---- transactions

  putTransaction(transaction: Transaction, writer: StateWriter): void {
    this.restoreTransaction(store(writer, keyOf(6, transaction.id), transaction));
  }

  deleteTransaction(id: string, writer: StateWriter): void {
    this.transactions.delete(id);
    this.due.set(`t:${id}`, undefined);
    writer.del(keyOf(6, id));
  }

  // ---- time

  firstDue(): { readonly atMs: number; readonly thing: DueThing } | undefined {
    const [first, ended] = [this.due.first(), this.endedDue.first()];
    if (ended !== undefined && (first === undefined || ended.atMs < first.atMs)) {
      return { atMs: ended.atMs, thing: { kind: 'producer', id: Number(ended.name) } };
    }
    if (first === undefined) return undefined;
    const kind = must(DUE_KINDS.get(first.name.charAt(0)), 'names begin with what is due');
    return { atMs: first.atMs, thing: { kind, id: first.name.slice(2) } };
  }

  private restoreHead(head: GroupHead): Group {
    let group = this.groups.get(head.id);
    if (group === undefined) {
      group = new Group(head);
      this.groups.set(head.id, group);
    }
    group.head = head;
    const { emptySinceMs } = head;
    const dueMs = emptySinceMs === undefined ? undefined : emptySinceMs + limits.OFFSETS_RETENTION_MS;
    this.due.set(`g:${head.id}`, dueMs);
    return group;
  }

  private restoreMember(name: string, member: GroupMember): void {
    const group = must(this.groups.get(name), 'a member has a group');
    const before = group.members.get(member.id);
    if (before !== undefined) {
      for (const key of Object.keys(before.assigned)) group.owners.delete(key);
      for (const key of Object.keys(before.revoking)) group.owners.delete(key);
    }
    for (const key of Object.keys(member.assigned)) group.owners.set(key, member.id);
    for (const key of Object.keys(member.revoking)) group.owners.set(key, member.id);
    group.members.set(member.id, member);
  }

  private restoreClassic(name: string, classic: ClassicHead): void {
    must(this.groups.get(name), 'a classic head has a group').classic = classic;
    const awaited = Object.values(classic.announced);
    const times = classic.joinUntilMs === undefined ? awaited : [...awaited, classic.joinUntilMs];
    this.due.set(`c:${name}`, times.length === 0 ? undefined : Math.min(...times));
  }

  private restoreClassicMember(name: string, member: ClassicMember): void {
    const { classicMembers } = must(this.groups.get(name), 'a member has a group');
    const before = classicMembers.get(member.id);
    this.classicBytes += classicBytesOf(member) - (before === undefined ? 0 : classicBytesOf(before));
    classicMembers.set(member.id, member);
  }

  private restoreOffset(key: Uint8Array, offset: StoredOffset): void {
    const group = must(this.groups.get(groupOf(key)), 'an offset has a group');
    const parts = key.subarray(1, key.length - 5);
    const stream = utf8Decode(parts.subarray(parts.indexOf(0) + 1));
    group.offsets.set(partitionKey(stream, new ByteReader(key.subarray(key.length - 4)).u32()), offset);
    this.offsetCount++;
  }

  private restorePending(name: string, pending: PendingOffsets): void {
    must(this.groups.get(name), 'staged offsets have a group').pending.set(pending.producerId, pending);
    const names = this.pendingOf.get(pending.producerId) ?? new Set<string>();
    this.pendingOf.set(pending.producerId, names.add(name));
  }

  private restoreProducer(producerId: number, producer: OffsetProducer): void {
    this.producers.set(producerId, producer);
    const dueMs = producer.timeMs + limits.ENDED_PRODUCERS_RETENTION_MS;
    this.endedDue.set(String(producerId), producer.admitted < 0 ? dueMs : undefined);
  }

  private restoreTransaction(transaction: Transaction): void {
    this.transactions.set(transaction.id, transaction);
    this.due.set(`t:${transaction.id}`, dueOf(transaction));
  }
}

function dueOf(transaction: Transaction): number | undefined {
  switch (transaction.state) {
    case 'empty':
      return transaction.changedAtMs + limits.TRANSACTIONAL_ID_RETENTION_MS;
    case 'ongoing':
      return transaction.startedAtMs + transaction.timeoutMs;
    case 'prepare-commit':
    case 'prepare-abort':
      return undefined;
  }
}

function classicBytesOf({ protocols, assignment }: ClassicMember): number {
  return protocols.reduce(
    (sum, { name, metadata }) => sum + name.length + metadata.length,
    assignment.length,
  );
}

const DUE_KINDS: ReadonlyMap<string, 'group' | 'classic' | 'transaction'> = new Map([
  ['g', 'group'],
  ['c', 'classic'],
  ['t', 'transaction'],
]);
const GLOBALS_KEY = Uint8Array.of(1);
const ZERO = Uint8Array.of(0);

function write(value: object): Uint8Array {
  return utf8Encode(JSON.stringify(value));
}

/** Gives the value as a machine has it that loads it later: what both write from here on has its fields in one order. */
function store<T extends object>(writer: StateWriter, key: Uint8Array, value: T): T {
  const bytes = write(value);
  writer.put(key, bytes);
  return read<T>(bytes);
}

function read<T>(bytes: Uint8Array): T {
  return JSON.parse(utf8Decode(bytes)) as T;
}

async function table(
  state: StateReader,
  number: number,
): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>> {
  return await state.scan({ from: Uint8Array.of(number), to: Uint8Array.of(number + 1) });
}

function keyOf(number: number, name: string, second?: string): Uint8Array {
  const parts = [Uint8Array.of(number), utf8Encode(name)];
  if (second !== undefined) parts.push(ZERO, utf8Encode(second));
  return concatBytes(parts);
}

function groupOf(key: Uint8Array): string {
  return utf8Decode(key.subarray(1, key.indexOf(0)));
}

function offsetKey(group: string, key: PartitionKey): Uint8Array {
  const { stream, partition } = partitionOf(key);
  return concatBytes([keyOf(4, group, stream), new ByteWriter(5).u8(0).u32(partition).finish()]);
}

function pendingKey(group: string, producerId: number): Uint8Array {
  return concatBytes([keyOf(5, group), new ByteWriter(9).u8(0).u64(producerId).finish()]);
}

function endedKey(producerId: number): Uint8Array {
  return new ByteWriter(9).u8(7).u64(producerId).finish();
}
