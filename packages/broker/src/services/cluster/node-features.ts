/**
 * What the nodes of the cluster know, as they say themselves. The stored metadata is no witness: a copy that an older build kept has
 * forgotten what nodes told, and an older build that is back in the place of a newer one tells nothing at all.
 */
import type { NodeId } from '@flowmesh/base';
import type { CatalogMachine, NodeFeatures } from '@flowmesh/engines';
import type { NodePort } from '../ports.ts';

export interface FeatureSurvey {
  /** Ascending by node. */
  readonly told: readonly NodeFeatures[];
  /** Connected, but they have not told yet. */
  readonly silent: readonly NodeId[];
  readonly away: readonly NodeId[];
}

export function surveyFeatures(machine: CatalogMachine, nodes: NodePort): FeatureSurvey {
  const told: NodeFeatures[] = [];
  const silent: NodeId[] = [];
  const away: NodeId[] = [];
  for (const { id } of machine.activeNodes()) {
    const features = nodes.featuresOf(id);
    if (features === undefined) {
      (nodes.upMs(id) > 0 ? silent : away).push(id);
      continue;
    }
    const report = features.max > 1 ? nodes.reportOf(id) : undefined;
    const traits =
      report === undefined ? {} : { version: report.version, capacityBytes: report.diskTotalBytes };
    told.push({ node: id, features, ...traits });
  }
  return { told, silent, away };
}

/** Nodes that are not known to run a build of this level. */
export function nodesBehind(machine: CatalogMachine, nodes: NodePort, level: number): readonly NodeId[] {
  const able = new Set(
    surveyFeatures(machine, nodes)
      .told.filter(({ features }) => features.max >= level)
      .map(({ node }) => node),
  );
  return machine
    .activeNodes()
    .map(({ id }) => id)
    .filter((id) => !able.has(id));
}
