/**
 * Writes the state of one machine out, unsynced, behind what is applied in memory, and drops the part of the log that nobody needs any
 * more. One write at a time; a life of a replica's state (from opening or a snapshot to the next one) has one of these.
 *
 * Invariants: what is on disk is the state after exactly `flushedIndex` entries; the log is trimmed only below it.
 */
import type { FlowError } from '@flowmesh/base';
import type { Machine } from '@flowmesh/engines';
import type { ConfState, RaftStatus } from '@flowmesh/raft';
import type { GroupStore } from '@flowmesh/storage';
import { LogHold } from './log-hold.ts';
import type { ReplicaEnv } from './replica-env.ts';
import type { StateBuffer } from './state-buffer.ts';

export interface StateFlushPorts {
  readonly env: Pick<ReplicaEnv, 'limits' | 'fatal' | 'connected'>;
  readonly store: GroupStore;
  readonly machine: Machine<unknown>;
  readonly buffer: StateBuffer;
  /** Applied index in memory. */
  applied(): number;
  /** Of the consensus core. */
  status(): RaftStatus;
  /** Stopped and failed replicas write nothing any more. */
  running(): boolean;
  /** A write has ended. */
  settled(): void;
  /** Something was queued for the store. */
  wake(): void;
}

export class StateFlush {
  private readonly ports: StateFlushPorts;
  private readonly hold: LogHold;
  /** Applied index that the state on disk covers. */
  private flushedIndex: number;
  private writing = false;
  private appliedBytes = 0;

  constructor(ports: StateFlushPorts) {
    this.ports = ports;
    this.hold = new LogHold(ports.env);
    this.flushedIndex = ports.store.applied().index;
  }

  get busy(): boolean {
    return this.writing;
  }

  get flushed(): number {
    return this.flushedIndex;
  }

  /** Entries of so many bytes were applied. True where it is time to write. */
  applied(index: number, bytes: number): boolean {
    this.appliedBytes += bytes;
    const { limits } = this.ports.env;
    return (
      this.ports.buffer.full ||
      this.ports.buffer.pendingBytes > limits.stateFlushBytes ||
      this.appliedBytes > limits.stateFlushEntryBytes ||
      index - this.flushedIndex > limits.stateFlushEntries
    );
  }

  write(applied: number, conf: ConfState): void {
    const { buffer, store } = this.ports;
    if (this.writing || !this.ports.running() || applied === this.flushedIndex) return;
    this.writing = true;
    this.appliedBytes = 0;
    const { puts, dels } = buffer.take();
    store.writeState({ puts, dels, applied, conf }, (error) => this.written(applied, error));
    this.ports.wake();
  }

  private written(applied: number, error: FlowError | undefined): void {
    this.writing = false;
    if (error !== undefined) this.ports.env.fatal(error);
    else {
      this.ports.buffer.landed();
      this.flushedIndex = applied;
      this.trimLog();
    }
    this.ports.settled();
  }

  private trimLog(): void {
    const { env, machine, store } = this.ports;
    if (!this.ports.running()) return;
    const { limits } = env;
    const first = store.firstIndex();
    const entryBytes = store.sizeBytes() / Math.max(1, store.lastIndex() + 1 - first);
    const atMost = (entries: number): number =>
      Math.max(1, Math.min(entries, Math.floor(limits.logKeepBytes / Math.max(1, entryBytes))));
    const needed = Math.min(
      machine.neededFrom(this.ports.applied()),
      this.hold.heldFrom(this.ports.status(), store.sizeBytes()),
      this.flushedIndex + 1 - atMost(limits.logKeepEntries),
    );
    if (needed - first < atMost(limits.trimStepEntries)) return;
    store.trim(needed - 1);
    this.ports.wake();
  }
}
