/**
 * What every replicated state machine is: `apply(meta, command) → reply + effects`, deterministic.
 * Equal applied index means equal state. Time enters only through commands. A failure that a user can cause is a
 * reply; a throw is a bug and stops the node.
 *
 * State lives in memory as far as it is bounded, and behind it as keys and values that the replica writes out
 * (unsynced, later, together with the applied index): after a restart the machine is loaded from them and the log is
 * replayed from there, so a machine sees each command exactly once per life of its state.
 */
import type { FlowError } from '@flowmesh/base';

export interface ApplyMeta {
  readonly index: number;
  readonly term: number;
}

/** Keys are relative to the machine's own space, ordered bytewise. A write is seen by every later read. */
export interface StateWriter {
  /**
   * `name`: that of the key (`keyName`), where the caller has it. `fresh`: there is no such key now, as the caller knows; where such a key is deleted
   * again soon, nothing of it is written out.
   */
  put(key: Uint8Array, value: Uint8Array, name?: string, fresh?: boolean): void;
  del(key: Uint8Array, name?: string): void;
  /**
   * For what changes with nearly every command, and is the same key each time: `value` is asked when the state is written out or read, between two
   * commands, and must then give what `put` would have been given by the last one.
   */
  putLate(key: Uint8Array, value: () => Uint8Array): void;
}

export interface StateRange {
  /** Inclusive. */
  readonly from: Uint8Array;
  /** Exclusive. */
  readonly to: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Reads see all writes up to now, those still on their way to the disk included. */
export interface StateReader {
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  scan(range: StateRange): Promise<ReadonlyArray<readonly [key: Uint8Array, value: Uint8Array]>>;
}

export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: FlowError };

export interface Machine<Effect = never> {
  /** Name and version of the command language; a replica refuses to apply for a version it does not know. */
  readonly name: string;
  /**
   * For machines whose state is larger than memory: loads whatever applying these commands, in this order, will look at. Undefined where
   * all of it is in memory already. They are applied right after it resolves; until then nothing else is prepared or applied. Rejections are those
   * of the state reader.
   */
  prepare?(commands: readonly Uint8Array[], state: StateReader): Promise<void> | undefined;
  /**
   * For machines that prepare: about how many items of its state the command looks at, where that is more than its size tells; 1 for the
   * others. Decides what is prepared and applied in one turn of the event loop, never how.
   */
  weigh?(command: Uint8Array): number;
  /** Restores memory from state written earlier; called once, before any `apply`. Empty state: a new machine. */
  load(state: StateReader): Promise<void>;
  /**
   * Applies one committed command (never empty: no-ops and configuration entries do not reach machines).
   * `command` aliases the log: copy what is kept.
   */
  apply(
    meta: ApplyMeta,
    command: Uint8Array,
    state: StateWriter,
  ): { readonly reply: Reply; readonly effects: readonly Effect[] };
  /**
   * Whether the command adds data, and so is refused while the disk is full; absent: every command does. What frees space, and
   * what keeps the cluster running, must pass.
   */
  needsRoom?(command: Uint8Array): boolean;
  /**
   * Lowest log index whose entry is still needed by readers of this machine's data (a stream's records lie in the log),
   * given the applied index. Entries below may be trimmed once the state that covers them is on disk.
   */
  neededFrom(applied: number): number;
  /** A digest of the whole logical state, for tests: equal on all replicas at equal applied index. */
  digest(): string;
}
