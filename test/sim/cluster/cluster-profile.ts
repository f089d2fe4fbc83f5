/** What a seed's cluster is like beyond its groups: how it begins, what its operator does, whether disks may lose data. Drawn from the seed alone. */
import type { Random } from '@flowmesh/base';
import {
  drawProfile,
  type Fault,
  type FaultWeights,
  type Profile,
  type ProfileName,
} from '../world/profile.ts';

export const OPERATIONS = [
  'create',
  'delete',
  're-create',
  'join',
  'move',
  'cancel',
  'add-partitions',
  'replication-factor',
  'drain',
  'undrain',
  'decommission',
  'metadata-voters',
  'set-config',
] as const;

export type Operation = (typeof OPERATIONS)[number];
export type OperationWeights = Readonly<Record<Operation, number>>;

export interface ClusterProfile {
  /** Machines that found the cluster. */
  readonly founders: number;
  /** Nobody is listed: any of the first machines found it, as many as there are founders, and find each other through the first two. */
  readonly byNumber: boolean;
  /** Machines that join at once. */
  readonly early: number;
  /** Machines that may join later. */
  readonly spares: number;
  readonly racks: number;
  /** Replication factors of new streams. */
  readonly replicationFactors: readonly number[];
  readonly partitionsMax: number;
  /** Numbers of metadata voters to ask for. */
  readonly metadataVoters: readonly number[];
  /** Mean time between the operator's commands. */
  readonly operateEveryMs: number;
  readonly operations: OperationWeights;
  /** Whoever joins shows a token, which the operator makes. */
  readonly tokens: boolean;
  /** The cluster begins with an older build; mean time between upgrades of its machines. Undefined: all have the newest. */
  readonly upgradeEveryMs: number | undefined;
  /** Mean time between outages of the metadata; undefined: none. */
  readonly outageEveryMs: number | undefined;
  /** Mean time between copies of directories that are put back, and that are started beside their originals; undefined: none. */
  readonly restoreEveryMs: number | undefined;
  readonly cloneEveryMs: number | undefined;
}

const USUAL: OperationWeights = {
  create: 6,
  delete: 1,
  're-create': 2,
  join: 4,
  move: 8,
  cancel: 3,
  'add-partitions': 2,
  'replication-factor': 3,
  drain: 2,
  undrain: 3,
  decommission: 2,
  'metadata-voters': 2,
  'set-config': 3,
};

/** Faults after which a group of one or two replicas may be lost for good. */
const LOSSY: readonly Fault[] = ['amnesia', 'rollback', 'wipe', 'bit-flip'];

export function drawCluster(
  name: ProfileName,
  random: Random,
): { readonly profile: Profile; readonly cluster: ClusterProfile } {
  const pick = <T>(choices: readonly T[]): T => choices[random.below(choices.length)] as T;
  const drawn = drawProfile(name, random);
  const lossy = random.unit() < 0.5;
  const faults: FaultWeights = { ...drawn.faults, ...(lossy ? {} : none(LOSSY)) };
  const operations: Record<Operation, number> = { ...USUAL };
  for (const operation of OPERATIONS) if (random.unit() < 0.25) operations[operation] *= 3;
  const founders = lossy ? 3 : pick([1, 3, 3]);
  const upgradeEveryMs = random.unit() < 0.3 ? pick([300, 1_000, 3_000]) : undefined;
  return {
    profile: { ...drawn, faults, producersPerGroup: 1, thinkMs: pick([60, 200]) },
    cluster: {
      founders,
      byNumber: founders > 1 && random.unit() < 0.4,
      early: pick([0, 0, 2]),
      spares: pick([1, 2, 2, 3]),
      racks: pick([1, 2, 3]),
      replicationFactors: lossy ? [3, 3, 4] : [1, 2, 3, 3],
      partitionsMax: pick([1, 2]),
      metadataVoters: lossy ? [3] : [1, 3],
      operateEveryMs: pick([500, 1_200, 2_500]),
      operations,
      // Tokens are of the newest level.
      tokens: upgradeEveryMs === undefined && random.unit() < 0.4,
      upgradeEveryMs,
      restoreEveryMs: lossy ? pick([undefined, 1_500]) : undefined,
      cloneEveryMs: pick([undefined, 3_000, 6_000]),
      outageEveryMs: pick([undefined, 4_000, 8_000]),
    },
  };
}

function none(faults: readonly Fault[]): Partial<Record<Fault, number>> {
  return Object.fromEntries(faults.map((fault) => [fault, 0]));
}
