/** Findings about nodes: away, draining, leaving, in trouble, short of room. */
import type { NodeId } from '@flowmesh/base';
import { parseQualified } from '@flowmesh/engines';
import { bytesText, counted, durationText, nodesText, START_COMMAND } from './finding.ts';
import type { Finding } from './finding.ts';
import type { HealthNode, HealthPartition, HealthSnapshot } from './health-snapshot.ts';

const DRAIN_USUAL_MS = 3_600_000;
/** Nodes tell of a disk that is short of room in a sentence that begins so; its figures make the finding about it. */
const DISK_SENTENCE = 'disk is ';

export function nodesDown(snapshot: HealthSnapshot): Finding[] {
  const away = snapshot.nodes.filter((node) => !node.alive);
  const held = new Map(away.map(({ id }) => [id, 0]));
  for (const { replicas } of snapshot.partitions) {
    for (const node of replicas) {
      const count = held.get(node);
      if (count !== undefined) held.set(node, count + 1);
    }
  }
  return away.map((node) => nodeDown(snapshot, node, held.get(node.id) ?? 0));
}

function nodeDown(snapshot: HealthSnapshot, node: HealthNode, held: number): Finding {
  const { repairDelayMs } = snapshot.config;
  const others = snapshot.nodes.filter((other) => other.alive && other.mode === 'normal').length;
  const gone = node.downMs > repairDelayMs && others > 0;
  const voter = node.metadataVoter ? ' It is a voter of the metadata group.' : '';
  const repair =
    held === 0
      ? ''
      : node.downMs > repairDelayMs
        ? ' Its replicas are being replaced where other nodes can take them.'
        : ` Its replicas are replaced elsewhere in ${durationText(repairDelayMs - node.downMs)}.`;
  return {
    code: 'NODE_DOWN',
    severity: 'warning',
    subject: `node ${node.id}`,
    cause: `node ${snapshot.self} has not reached node ${node.id} (${node.grpcAddress}) for ${durationText(node.downMs)}`,
    impact: `${counted(held, 'partition')} ${held === 1 ? 'lacks' : 'lack'} a replica.${voter}${repair}`,
    command: gone ? `flowmesh-admin nodes remove ${node.id} --force` : START_COMMAND,
    note: gone
      ? `Removing is for a node that never comes back. Otherwise start it on its host: ${START_COMMAND}`
      : `Run it on the host of node ${node.id}. If it is gone for good: flowmesh-admin nodes remove ${node.id} --force`,
    count: 1,
  };
}

export function nodesDraining({ nodes }: HealthSnapshot): Finding[] {
  return nodes
    .filter((node) => node.mode === 'draining')
    .map((node) => {
      const long = (node.modeMs ?? Number.POSITIVE_INFINITY) > DRAIN_USUAL_MS;
      const since = node.modeMs === undefined ? '' : ` for ${durationText(node.modeMs)}`;
      return {
        code: 'NODE_DRAINING',
        severity: long ? 'warning' : 'info',
        subject: `node ${node.id}`,
        cause: `node ${node.id} has been drained by an operator${since}`,
        impact: `It leads ${node.leaders} partitions, counts in no in-sync set and takes no new replicas.`,
        command: `flowmesh-admin nodes undrain ${node.id}`,
        note: undefined,
        count: 1,
      };
    });
}

/** A node that is to leave gets rid of its replicas, and of its vote, only where others can take them. */
export function decommissionsStuck(snapshot: HealthSnapshot): Finding[] {
  return snapshot.nodes
    .filter((node) => node.mode === 'decommissioning')
    .flatMap((node) => replicasStuck(snapshot, node) ?? voteStuck(snapshot, node) ?? []);
}

function replicasStuck({ nodes, partitions }: HealthSnapshot, node: HealthNode): Finding | undefined {
  const receivers = nodes.filter((other) => other.alive && other.mode === 'normal').map(({ id }) => id);
  const stuck = partitions.filter((each) => cannotLeave(each, node.id, receivers));
  if (stuck.length === 0) return undefined;
  const awaited = nodes.filter(
    (other) =>
      !other.alive && other.mode === 'normal' && stuck.some(({ replicas }) => !replicas.includes(other.id)),
  );
  const cause = `no live node can take ${counted(stuck.length, 'replica')} of node ${node.id}`;
  return stuckFinding(node, { cause, count: stuck.length, away: awaited, drained: [] });
}

/** The metadata group does not shrink because of nodes that are away or drained for a while: a leaving voter waits for them. */
function voteStuck({ nodes, config }: HealthSnapshot, node: HealthNode): Finding | undefined {
  if (!node.metadataVoter || nodes.some((other) => other.alive && mayVoteInstead(other))) return undefined;
  const away = nodes.filter(
    (other) => !other.alive && other.mode !== 'decommissioning' && other.downMs <= config.repairDelayMs,
  );
  const drained = nodes.filter((other) => other.alive && other.mode === 'draining' && !other.metadataVoter);
  if (away.length + drained.length === 0) return undefined;
  const cause = `no live node can take the vote of node ${node.id} in the metadata group`;
  return stuckFinding(node, { cause, count: 1, away, drained });
}

function mayVoteInstead({ mode, metadataVoter }: HealthNode): boolean {
  return mode === 'normal' && !metadataVoter;
}

interface Stuck {
  readonly cause: string;
  readonly count: number;
  readonly away: readonly HealthNode[];
  readonly drained: readonly HealthNode[];
}

function stuckFinding(node: HealthNode, { cause, count, away, drained }: Stuck): Finding {
  const reasons = [...waitsFor(away, 'away'), ...waitsFor(drained, 'drained')];
  const keep = `flowmesh-admin nodes undrain ${node.id}`;
  const [drainedFirst] = drained;
  const mend = (): Pick<Finding, 'command' | 'note'> => {
    if (away.length > 0) {
      const hosts = `Run it on the host of ${nodesText(away.map(({ id }) => id))}`;
      return {
        command: START_COMMAND,
        note: `${hosts}, or add a node. To keep node ${node.id} instead: ${keep}`,
      };
    }
    if (drainedFirst !== undefined) {
      const note = `Adding a node mends it as well. To keep node ${node.id} instead: ${keep}`;
      return { command: `flowmesh-admin nodes undrain ${drainedFirst.id}`, note };
    }
    return { command: keep, note: 'That keeps the node. To let it go, add a node.' };
  };
  return {
    code: 'DECOMMISSION_STUCK',
    severity: 'warning',
    subject: `node ${node.id}`,
    cause: reasons.length === 0 ? cause : `${cause}: it waits for ${reasons.join(' and for ')}`,
    impact: 'The node cannot leave; until then its data must stay.',
    ...mend(),
    count,
  };
}

function waitsFor(nodes: readonly HealthNode[], how: string): string[] {
  if (nodes.length === 0) return [];
  return [`${nodesText(nodes.map(({ id }) => id))}, which ${nodes.length === 1 ? 'is' : 'are'} ${how}`];
}

function cannotLeave(
  { replicas, move }: HealthPartition,
  node: NodeId,
  receivers: readonly NodeId[],
): boolean {
  return (
    replicas.includes(node) &&
    move === undefined &&
    receivers.every((receiver) => replicas.includes(receiver))
  );
}

export function nodeTroubles({ nodes }: HealthSnapshot): Finding[] {
  return nodes.flatMap((node) =>
    node.troubles
      .filter((trouble) => !trouble.startsWith(DISK_SENTENCE))
      .map((trouble) => ({
        code: 'NODE_TROUBLE' as const,
        severity: 'warning' as const,
        subject: `node ${node.id}`,
        cause: trouble,
        impact: 'What it lost is copied again from the other replicas; until then there is a copy less.',
        command: undefined,
        note: `Nothing has to be done for the data, and nothing to be acknowledged: a damage is listed until its group is whole again. Look at the disk of node ${node.id} and at its log for the reason.`,
        count: 1,
      })),
  );
}

export function disks(snapshot: HealthSnapshot): Finding[] {
  const { self, nodes, config, disk } = snapshot;
  return nodes.flatMap((node) => {
    const own = node.id === self;
    const full = own ? !disk.writable : node.troubles.some((trouble) => trouble.startsWith(DISK_SENTENCE));
    if (!full && node.diskTotalBytes === 0) return [];
    const used = node.diskTotalBytes === 0 ? 1 : 1 - node.diskFreeBytes / node.diskTotalBytes;
    if (!full && used * 100 <= config.diskHighPercent) return [];
    return diskFinding(snapshot, node, full);
  });
}

function diskFinding(snapshot: HealthSnapshot, node: HealthNode, full: boolean): Finding {
  const free = bytesText(node.diskFreeBytes);
  const total = node.diskTotalBytes === 0 ? '' : ` of ${bytesText(node.diskTotalBytes)}`;
  return {
    code: full ? 'DISK_FULL' : 'DISK_NEARLY_FULL',
    severity: full ? 'critical' : 'warning',
    subject: `node ${node.id}`,
    cause: `${free}${total} are free on the disk of node ${node.id}; replicas hold ${bytesText(node.storedBytes)}`,
    impact: full
      ? 'Appends to partitions led there are refused (DISK_FULL); reading and truncating go on.'
      : 'It takes no replicas from others; appends are refused once it is full.',
    ...makeRoom(snapshot, node),
    count: 1,
  };
}

/** Other nodes with room take replicas; else the oldest records of the largest partition there have to go, or the disk has to grow. */
function makeRoom(
  { nodes, partitions, config }: HealthSnapshot,
  node: HealthNode,
): Pick<Finding, 'command' | 'note'> {
  const roomy = nodes.filter(
    (other) =>
      other.id !== node.id &&
      other.alive &&
      other.mode === 'normal' &&
      other.diskTotalBytes > 0 &&
      (1 - other.diskFreeBytes / other.diskTotalBytes) * 100 < config.diskHighPercent,
  );
  const here = partitions.filter((each) => each.replicas.includes(node.id) && each.sizeBytes > 0);
  const movable = here.some((each) => roomy.some((other) => !each.replicas.includes(other.id)));
  if (movable) {
    return {
      command: 'flowmesh-admin rebalance --apply',
      note: `It moves replicas to nodes with room. Where no data is needed for longer: flowmesh stream truncate`,
    };
  }
  const streams = here.filter((each) => parseQualified(each.stream).kind === 'stream');
  const largest = streams.reduce<HealthPartition | undefined>(
    (best, each) => (best === undefined || each.sizeBytes > best.sizeBytes ? each : best),
    undefined,
  );
  if (largest === undefined || largest.highWatermark <= largest.logStartOffset) {
    return {
      command: undefined,
      note: 'Something else fills the disk: free room on it, or give the node a larger one.',
    };
  }
  const before = largest.logStartOffset + Math.ceil((largest.highWatermark - largest.logStartOffset) / 2);
  return {
    command: `flowmesh stream truncate ${largest.stream} --partition ${largest.partition} --before ${before}`,
    note: 'It deletes the older half of the largest partition for good. To keep the data, add a node or a larger disk.',
  };
}
