/**
 * The health of a cluster: what is wrong, why, what it means, and the command that mends it. A pure function of one snapshot. Findings
 * are ordered by severity, then as their kinds stand in `FINDING_CODES`; each stands for everything that has the same cause.
 */
import * as cluster from './cluster-findings.ts';
import { FINDING_CODES } from './finding.ts';
import type { Finding, Severity } from './finding.ts';
import type { HealthSnapshot } from './health-snapshot.ts';
import * as nodes from './node-findings.ts';
import * as partitions from './partition-findings.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

type Check = (snapshot: HealthSnapshot) => readonly Finding[];

const CHECKS: readonly Check[] = [
  cluster.metadataQuorum,
  partitions.offline,
  partitions.leaderless,
  partitions.underMinIsr,
  partitions.underReplicated,
  partitions.movesStalled,
  partitions.leadersUnbalanced,
  nodes.nodesDown,
  nodes.disks,
  nodes.nodeTroubles,
  nodes.nodesDraining,
  nodes.decommissionsStuck,
  cluster.replicationFactorTooHigh,
  cluster.singleReplica,
  cluster.singleRack,
  cluster.replicasUnbalanced,
  cluster.mixedVersions,
  cluster.featuresNotFinalised,
];

export function findingsOf(snapshot: HealthSnapshot): readonly Finding[] {
  const rank = (finding: Finding): number =>
    SEVERITIES.indexOf(finding.severity) * FINDING_CODES.length + FINDING_CODES.indexOf(finding.code);
  return CHECKS.flatMap((check) => check(snapshot)).sort((a, b) => rank(a) - rank(b));
}

/** Nothing is wrong that somebody has to look at. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity === 'info');
}
