/**
 * The share groups of a partition. They live beside the records, so that what is given out and what is read have one leader
 * (`docs/adr/0004-share-groups-in-the-partition.md`). A partition without any pays nothing.
 *
 * Keys: 11 share(u32) head · 12 (`share-ranges.ts`).
 */
import { ByteReader, ByteWriter, FlowError, must, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import type { OpenShare, ShareAction, ShareReply } from './share-command.ts';
import { ShareGroup, type ShareHead } from './share-group.ts';
import { storedRanges } from './share-ranges.ts';
import { SHARE_ATTEMPTS_DEFAULT, SHARE_GROUPS_PER_PARTITION_MAX, SHARE_RETENTION_MS } from './share-types.ts';

/** Of the log, as it is when a command is applied. */
export interface LogBounds {
  readonly logStartOffset: number;
  readonly endOffset: number;
  readonly timeMs: number;
}

export class ShareTable {
  private readonly groups = new Map<string, ShareGroup>();

  get count(): number {
    return this.groups.size;
  }

  group(name: string): ShareGroup | undefined {
    return this.groups.get(name);
  }

  /** In the order of their ids. */
  all(): readonly ShareGroup[] {
    return [...this.groups.values()].sort((a, b) => a.head.id - b.head.id);
  }

  /** Earliest time at which `expire` would change something. */
  dueAtMs(): number | undefined {
    let dueMs: number | undefined;
    for (const group of this.groups.values())
      dueMs = Math.min(dueMs ?? Number.POSITIVE_INFINITY, dueOf(group));
    return dueMs;
  }

  apply(action: ShareAction, log: LogBounds, writer: StateWriter): ShareReply | FlowError {
    if (action.kind === 'expire') return this.expire(log.timeMs, action.max, writer);
    if (action.kind === 'open') return this.open(action, log, writer);
    const group = this.groups.get(action.group);
    if (action.kind === 'delete') {
      if (group !== undefined) this.remove(group, writer);
      return { kind: 'share-changed' };
    }
    if (action.kind === 'reset') {
      const offset = Math.min(Math.max(action.offset, log.logStartOffset), log.endOffset);
      const opened = group ?? this.create(action.group, offset, log, writer);
      if (opened instanceof FlowError) return opened;
      opened.reset(offset, writer);
      return this.used(opened, log, writer);
    }
    if (group === undefined) return unknownShare(action.group);
    switch (action.kind) {
      case 'acquire': {
        const to = Math.min(action.to, log.endOffset);
        const ranges = to <= action.from ? [] : group.acquire({ ...action, to }, log.timeMs, writer);
        this.used(group, log, writer);
        return { kind: 'share-acquired', ranges };
      }
      case 'acknowledge': {
        const refused = group.acknowledge(action, log.timeMs, writer);
        return refused ?? this.used(group, log, writer);
      }
      case 'release':
        group.release(action.member, writer);
        return this.used(group, log, writer);
    }
  }

  /** The log begins later now. */
  trim(logStartOffset: number, writer: StateWriter): void {
    for (const group of this.groups.values()) {
      if (group.trim(logStartOffset, writer)) saveHead(group.head, writer);
    }
  }

  async load(state: StateReader): Promise<void> {
    const byId = new Map<number, ShareGroup>();
    for (const [key, value] of await state.scan({ from: Uint8Array.of(11), to: Uint8Array.of(12) })) {
      const group = new ShareGroup(decodeHead(key, value));
      byId.set(group.head.id, group);
      this.groups.set(group.head.name, group);
    }
    if (byId.size === 0) return;
    for (const [share, key, value] of await storedRanges(state))
      must(byId.get(share), 'a range has a group').ranges.restore(key, value);
  }

  describe(): string {
    if (this.groups.size === 0) return '';
    return JSON.stringify(
      this.all().map(({ head, ranges }) => [headFields(head), ranges.all.map(rangeFields)]),
    );
  }

  private open(
    { group: name, start }: OpenShare,
    log: LogBounds,
    writer: StateWriter,
  ): ShareReply | FlowError {
    const offset =
      start.kind === 'earliest' ? log.logStartOffset : start.kind === 'latest' ? log.endOffset : start.offset;
    const within = Math.min(Math.max(offset, log.logStartOffset), log.endOffset);
    const group = this.groups.get(name) ?? this.create(name, within, log, writer);
    if (group instanceof FlowError) return group;
    this.used(group, log, writer);
    return { kind: 'share-opened', startOffset: group.head.start };
  }

  private create(
    name: string,
    offset: number,
    { timeMs }: LogBounds,
    writer: StateWriter,
  ): ShareGroup | FlowError {
    if (this.groups.size >= SHARE_GROUPS_PER_PARTITION_MAX) {
      return new FlowError('OVERLOADED', `${this.groups.size} share groups read this partition already`, {
        hint: 'Delete groups that are not used: flowmesh group delete NAME',
      });
    }
    // The least that is free: the same on a replica that was loaded from its state.
    const taken = new Set([...this.groups.values()].map(({ head }) => head.id));
    let id = 0;
    while (taken.has(id)) id++;
    const head = {
      id,
      name,
      start: offset,
      end: offset,
      attemptsMax: SHARE_ATTEMPTS_DEFAULT,
      usedMs: timeMs,
    };
    const group = new ShareGroup(head);
    this.groups.set(name, group);
    saveHead(head, writer);
    return group;
  }

  private used(group: ShareGroup, { timeMs }: LogBounds, writer: StateWriter): ShareReply {
    group.head = { ...group.head, usedMs: Math.max(group.head.usedMs, timeMs) };
    saveHead(group.head, writer);
    return { kind: 'share-changed' };
  }

  private expire(timeMs: number, max: number, writer: StateWriter): ShareReply {
    let count = 0;
    for (const group of this.all()) {
      if (count >= max) break;
      if (dueOf(group) > timeMs) continue;
      const ended = group.expire(timeMs, max - count, writer);
      count += ended;
      if (ended > 0) saveHead(group.head, writer);
      else {
        this.remove(group, writer);
        count++;
      }
    }
    return { kind: 'share-expired', count };
  }

  private remove(group: ShareGroup, writer: StateWriter): void {
    group.ranges.clear(writer);
    this.groups.delete(group.head.name);
    writer.del(headKey(group.head.id));
  }
}

/** The end of a lock; where nothing is acquired, when the group is forgotten. */
function dueOf({ head, ranges }: ShareGroup): number {
  return ranges.deadlineMs() ?? head.usedMs + SHARE_RETENTION_MS;
}

function unknownShare(group: string): FlowError {
  return new FlowError('NOT_FOUND', `share group ${group} does not read this partition`, {
    hint: 'It was deleted or reset meanwhile: fetch again.',
    details: { group },
  });
}

function headFields({ id, name, start, end, attemptsMax, usedMs }: ShareHead): readonly unknown[] {
  return [id, name, start, end, attemptsMax, usedMs];
}

function rangeFields(range: {
  readonly first: number;
  readonly last: number;
  readonly state: string;
  readonly attempts: number;
  readonly member: string;
  readonly deadlineMs: number;
}): readonly unknown[] {
  return [range.first, range.last, range.state, range.attempts, range.member, range.deadlineMs];
}

function headKey(id: number): Uint8Array {
  return new ByteWriter(5).u8(11).u32(id).finish();
}

function saveHead(head: ShareHead, writer: StateWriter): void {
  const value = new ByteWriter(64).u64(head.start).u64(head.end).u32(head.attemptsMax).u64(head.usedMs);
  writer.put(headKey(head.id), value.raw(utf8Encode(head.name)).finish());
}

function decodeHead(key: Uint8Array, value: Uint8Array): ShareHead {
  const reader = new ByteReader(value);
  return {
    id: new ByteReader(key.subarray(1)).u32(),
    start: reader.u64(),
    end: reader.u64(),
    attemptsMax: reader.u32(),
    usedMs: reader.u64(),
    name: utf8Decode(reader.raw(reader.remaining)),
  };
}
