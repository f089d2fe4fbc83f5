/**
 * A node's data directory on the simulated disk: what `openDirectory` does with files. A disk that has lost data is set aside; a fresh one comes
 * in its place and remembers whose place it takes.
 *
 *   open ─► whole ─────────────────────────────► this node, as it was
 *      └─► AMNESIA / CORRUPTION ─► set aside ─► fresh disk, `replaces` the old node
 */
import { FlowError, isFlowError, METADATA_GROUP } from '@flowmesh/base';
import type { LogStore } from '@flowmesh/storage';
import {
  readMembership,
  readReplaces,
  writeReplaces,
} from '../../../packages/broker/src/cluster/membership-record.ts';
import { countStart } from '../../../packages/broker/src/cluster/lives-record.ts';
import type { NodeDirectory } from '../../../packages/broker/src/cluster/node-directory.ts';
import type { SimDisk } from '../disk/sim-disk.ts';

export interface DirectoryPorts {
  /** The disk that is in the machine. */
  disk(): SimDisk;
  openStore(disk: SimDisk): Promise<LogStore>;
  /** The disk was set aside because of `reason`: an empty one is in the machine now. */
  setAside(lost: SimDisk, reason: FlowError): void;
  /** Whether a disk of this machine was ever set aside. */
  readonly quarantinedBefore: boolean;
  newUuid(): string;
}

const PLENTY = {
  kind: 'ok',
  freeBytes: Number.MAX_SAFE_INTEGER,
  totalBytes: Number.MAX_SAFE_INTEGER,
  writing: true,
} as const;

export async function openSimDirectory(ports: DirectoryPorts): Promise<NodeDirectory> {
  const disk = ports.disk();
  try {
    return await open(ports, disk, ports.quarantinedBefore);
  } catch (error) {
    if (!isFlowError(error) || (error.code !== 'AMNESIA' && error.code !== 'CORRUPTION')) throw error;
    const { identity } = disk;
    ports.setAside(disk, error);
    const fresh = await open(ports, ports.disk(), true);
    if (identity?.node === undefined) return fresh;
    const replaces = { node: identity.node, uuid: identity.uuid };
    await writeReplaces(fresh.store, replaces);
    return { ...fresh, replaces };
  }
}

async function open(ports: DirectoryPorts, disk: SimDisk, quarantined: boolean): Promise<NodeDirectory> {
  disk.identity ??= { uuid: ports.newUuid(), node: undefined };
  const { uuid, node } = disk.identity;
  if (disk.condemned) throw new FlowError('CORRUPTION', 'the directory was found unfit when it ran last');
  const store = await ports.openStore(disk);
  const membership = await readMembership(store);
  if (node !== undefined && membership === undefined)
    throw new FlowError('AMNESIA', `the directory of node ${node} no longer knows its place`);
  if (membership?.created === true && !store.groups().includes(METADATA_GROUP))
    throw new FlowError('AMNESIA', `the metadata of node ${membership.node} is gone from its directory`);
  const replaces = await readReplaces(store);
  return {
    uuid,
    store,
    membership,
    replaces,
    mayFound: replaces === undefined && !quarantined,
    incident: undefined,
    starts: await countStart(store),
    condemn: () => {
      disk.condemned = true;
    },
    assign: (_cluster, assigned) => {
      disk.identity = { uuid, node: assigned };
      return Promise.resolve();
    },
    diskState: () => PLENTY,
    close: () => store.close(),
  };
}
