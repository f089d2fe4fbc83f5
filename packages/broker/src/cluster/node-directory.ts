/**
 * Opens the node's data directory and says what it is: new, settled, or lost. A directory that lost data, or that cannot be believed, is
 * set aside (nothing is deleted) and a fresh one opened in its place, which remembers whose place it takes.
 *
 *   open ─► whole ───────────────────────────────► this node, as it was
 *      └─► AMNESIA / CORRUPTION ─► quarantine ─► fresh directory, `replaces` the old node
 */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { FlowError, isFlowError, METADATA_GROUP, type NodeId } from '@flowmesh/base';
import {
  type DiskState,
  type LogStore,
  type LogStoreOptions,
  MemoryEngine,
  MemoryWatermark,
  type NodeStorageOptions,
  openLogStore,
  openNodeStorage,
  quarantine,
  readIdentity,
} from '@flowmesh/storage';
import type { ClusterLog } from './cluster-log.ts';
import type { LostIdentity } from './join-wire.ts';
import { countStart } from './lives-record.ts';
import { type MembershipRecord, readMembership, readReplaces, writeReplaces } from './membership-record.ts';

export interface NodeDirectory {
  readonly uuid: string;
  /** How often it was started, this time included; 0 where nothing is kept. */
  readonly starts: number;
  readonly store: LogStore;
  /** Undefined while the directory belongs to no cluster. */
  readonly membership: MembershipRecord | undefined;
  /** Whose place it takes; undefined where it takes nobody's. */
  readonly replaces: LostIdentity | undefined;
  /** False where data of an earlier directory were set aside: such a node only ever joins. */
  readonly mayFound: boolean;
  /** What was done to open it, for people; undefined where all was well. */
  readonly incident: string | undefined;
  assign(clusterId: string, node: NodeId): Promise<void>;
  /** It must not be used again: the next start sets it aside. */
  condemn(why: string): void;
  diskState(): DiskState;
  close(): Promise<void>;
}

export interface DirectoryOptions {
  readonly dir: string;
  readonly memory: boolean;
  readonly clusterId: string;
  readonly storage: NodeStorageOptions;
  readonly log: ClusterLog;
}

const PLENTY: DiskState = {
  kind: 'ok',
  freeBytes: Number.MAX_SAFE_INTEGER,
  totalBytes: Number.MAX_SAFE_INTEGER,
  writing: true,
};

function isLost(error: unknown): error is FlowError {
  return isFlowError(error) && (error.code === 'AMNESIA' || error.code === 'CORRUPTION');
}

export async function openDirectory(options: DirectoryOptions): Promise<NodeDirectory> {
  if (options.memory) return await openMemory(options.storage);
  try {
    return await openDisk(options, undefined);
  } catch (error) {
    if (!isLost(error)) throw error;
    return await startAfresh(options, error);
  }
}

/** Sets the directory aside and opens a fresh one that takes the old node's place. */
export async function startAfresh(options: DirectoryOptions, reason: FlowError): Promise<NodeDirectory> {
  const { dir, log } = options;
  const identity = await readIdentity(path.join(dir, 'identity.json')).catch(() => undefined);
  const aside = await quarantine(dir);
  log.error(
    { err: reason, dir, aside, node: identity?.nodeId, uuid: identity?.uuid },
    'data directory has lost data: it was set aside, and this node joins as a new one in its place',
  );
  const incident = `data directory had lost data (${reason.message}) and was set aside as ${aside}`;
  const lost = identity?.nodeId === undefined ? undefined : { node: identity.nodeId, uuid: identity.uuid };
  const fresh = await openDisk(options, incident);
  if (lost === undefined) return fresh;
  await writeReplaces(fresh.store, lost);
  return { ...fresh, replaces: lost };
}

async function openMemory(storage: LogStoreOptions): Promise<NodeDirectory> {
  const engine = new MemoryEngine();
  const store = await openLogStore(engine, new MemoryWatermark(), storage);
  return {
    uuid: randomUUID(),
    starts: 0,
    store,
    membership: undefined,
    replaces: undefined,
    mayFound: true,
    incident: undefined,
    assign: async () => undefined,
    condemn: () => undefined,
    diskState: () => PLENTY,
    close: async () => {
      await store.close();
      await engine.close();
    },
  };
}

async function openDisk(options: DirectoryOptions, incident: string | undefined): Promise<NodeDirectory> {
  const storage = await openNodeStorage(options.dir, options.storage);
  try {
    const { logStore } = storage;
    const membership = await readMembership(logStore);
    const { uuid, nodeId, clusterId } = storage.identity();
    checkCluster(options.clusterId, membership?.clusterId ?? clusterId);
    if (nodeId !== undefined && membership === undefined) {
      throw new FlowError(
        'AMNESIA',
        `the directory of node ${nodeId} no longer knows its place in the cluster`,
      );
    }
    if (membership?.created === true && !logStore.groups().includes(METADATA_GROUP)) {
      throw new FlowError('AMNESIA', `the metadata of node ${membership.node} is gone from its directory`);
    }
    const replaces = await readReplaces(logStore);
    return {
      uuid,
      starts: await countStart(logStore),
      store: logStore,
      membership,
      replaces,
      mayFound: replaces === undefined && !(await hasQuarantined(options.dir)),
      incident,
      condemn: (why) => storage.condemn(why),
      assign: async (cluster, node) => void (await storage.assign({ clusterId: cluster, nodeId: node })),
      diskState: () => storage.diskState(),
      close: () => storage.close(),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

function checkCluster(wanted: string, found: string | undefined): void {
  if (found === undefined || found === wanted) return;
  throw new FlowError('WRONG_CLUSTER', `this data directory belongs to cluster ${found}, not ${wanted}`, {
    hint: 'Correct cluster.id, or start the node with its own data directory.',
  });
}

async function hasQuarantined(dir: string): Promise<boolean> {
  const whole = path.resolve(dir);
  const siblings = await readdir(path.dirname(whole));
  return siblings.some((name) => name.startsWith(`${path.basename(whole)}.quarantined-`));
}
