/**
 * The health of a cluster: what is wrong, why, what it means, and the command that mends it. A pure function of one snapshot. Findings
 * are ordered by severity, then as their kinds stand in `FINDING_CODES`; each stands for everything that has the same cause.
 */
import { must } from '@flowmesh/base';
import type { Slices } from '../slices.ts';
import * as cluster from './cluster-findings.ts';
import { FINDING_CODES } from './finding.ts';
import type { Finding, Severity } from './finding.ts';
import type { HealthSnapshot } from './health-snapshot.ts';
import * as nodes from './node-findings.ts';
import * as partitions from './partition-findings.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** Of one check; what there is more of is told as one. */
const FINDINGS_PER_CHECK_MAX = 20;

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
  return inOrder(CHECKS.flatMap((check) => bounded(check(snapshot))));
}

/** The same, one check after the other, with pauses where there are many partitions. */
export async function findingsInSlices(
  snapshot: HealthSnapshot,
  slices: Slices,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const check of CHECKS) {
    found.push(...bounded(check(snapshot)));
    const pause = slices.took(snapshot.partitions.length);
    if (pause !== undefined) await pause;
  }
  return inOrder(found);
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const rank = (finding: Finding): number =>
    SEVERITIES.indexOf(finding.severity) * FINDING_CODES.length + FINDING_CODES.indexOf(finding.code);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** Where half a cluster is down, a kind of fault has more causes than anybody reads: the rest is one finding, as bad as its worst. */
function bounded(findings: readonly Finding[]): readonly Finding[] {
  const shown = findings.slice(0, FINDINGS_PER_CHECK_MAX);
  const rest = findings.slice(FINDINGS_PER_CHECK_MAX);
  const [first] = rest;
  if (first === undefined) return findings;
  const severity = must(
    SEVERITIES.find((one) => rest.some((finding) => finding.severity === one)),
    'every finding has a severity',
  );
  const code = must(
    rest.find((finding) => finding.severity === severity),
    'one of them is the worst',
  ).code;
  const count = rest.reduce((sum, finding) => sum + finding.count, 0);
  return [
    ...shown,
    {
      code,
      severity,
      subject: `${rest.length} more like those above`,
      cause: `the same with other causes, the first of them: ${first.subject}: ${first.cause}`,
      impact: first.impact,
      command: undefined,
      note: 'Mend what is told above first, then look again.',
      count,
    },
  ];
}

/** Nothing is wrong that somebody has to look at. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity === 'info');
}
