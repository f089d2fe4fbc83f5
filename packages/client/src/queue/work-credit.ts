/**
 * How many jobs one node may push beyond what it may already. Every node keeps a little credit, so that jobs come from wherever they are; a
 * node that uses its credit up gets what is free, so that all work may come from one. Held are at most about twice as many as are at work.
 */
export function creditFor(place: {
  readonly concurrency: number;
  /** Jobs held: waiting or at work. */
  readonly active: number;
  readonly links: number;
  /** Granted to this node, and not used. */
  readonly unused: number;
}): number {
  const free = place.concurrency - place.active;
  if (free <= 0) return 0;
  const share = Math.max(1, Math.ceil(place.concurrency / Math.max(1, place.links)));
  return Math.max(0, Math.min(share, free) - place.unused);
}
