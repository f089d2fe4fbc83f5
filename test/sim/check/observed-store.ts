/**
 * The real log store with a witness at its door: what a replica writes and what the store says is durable becomes part of the model.
 * Nothing is changed on the way.
 */
import type { FlowError, GroupId, MemberId } from '@flowmesh/base';
import type { GroupStore, LogStore, LogWrite, SnapshotSink } from '@flowmesh/storage';

export interface StoreWitness {
  opened(store: GroupStore): void;
  created(store: GroupStore): void;
  appended(store: GroupStore, write: LogWrite): void;
  /** The oldest append is durable, or has failed. */
  settled(store: GroupStore, error: FlowError | undefined): void;
  stateWritten(store: GroupStore, applied: number): void;
  trimmed(store: GroupStore, index: number): void;
  installing(store: GroupStore): void;
  installed(store: GroupStore, sink: SnapshotSink): void;
  /** From here on its data may be gone. */
  removing(group: GroupId, member: MemberId): void;
  removed(group: GroupId, member: MemberId): void;
}

export function observeLogStore(inner: LogStore, witness: StoreWitness): LogStore {
  return {
    groups: () => inner.groups(),
    open: async (group) => {
      const store = await inner.open(group);
      witness.opened(store);
      return observeStore(store, witness);
    },
    create: async (bootstrap) => {
      const store = await inner.create(bootstrap);
      witness.created(store);
      return observeStore(store, witness);
    },
    remove: async (group, member) => {
      witness.removing(group, member);
      await inner.remove(group, member);
      witness.removed(group, member);
    },
    getMeta: (key) => inner.getMeta(key),
    putMeta: (key, value) => inner.putMeta(key, value),
    recovered: inner.recovered,
    durable: () => inner.durable(),
    flush: () => inner.flush(),
    onFetched: (group, fetched) => inner.onFetched(group, fetched),
    onFailed: (group, failed) => inner.onFailed(group, failed),
    saveWatermark: () => inner.saveWatermark(),
    close: () => inner.close(),
  };
}

function observeStore(inner: GroupStore, witness: StoreWitness): GroupStore {
  return {
    group: inner.group,
    member: inner.member,
    machine: inner.machine,
    initialState: () => inner.initialState(),
    firstIndex: () => inner.firstIndex(),
    lastIndex: () => inner.lastIndex(),
    term: (index) => inner.term(index),
    entries: (low, high, bytesMax, purpose) => inner.entries(low, high, bytesMax, purpose),
    snapshot: () => inner.snapshot(),
    applied: () => inner.applied(),
    append: (write, done) => {
      witness.appended(inner, write);
      inner.append(write, (error) => {
        witness.settled(inner, error);
        done(error);
      });
    },
    writeState: (write, done) => {
      witness.stateWritten(inner, write.applied);
      inner.writeState(write, done);
    },
    stateGet: (key) => inner.stateGet(key),
    stateScan: (range) => inner.stateScan(range),
    read: (low, high, bytesMax) => inner.read(low, high, bytesMax),
    readCached: (low, high, bytesMax) => inner.readCached(low, high, bytesMax),
    trim: (index) => {
      witness.trimmed(inner, index);
      inner.trim(index);
    },
    sizeBytes: () => inner.sizeBytes(),
    openSnapshot: () => inner.openSnapshot(),
    receiveSnapshot: async (meta) => {
      const sink = await inner.receiveSnapshot(meta);
      return {
        meta: () => sink.meta(),
        write: (chunk) => sink.write(chunk),
        commit: async () => {
          witness.installing(inner);
          await sink.commit();
          witness.installed(inner, sink);
        },
        abort: () => sink.abort(),
      };
    },
  };
}
