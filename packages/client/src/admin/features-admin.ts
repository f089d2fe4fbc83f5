/** The feature level: what the cluster may use of what its nodes can do. Raising it ends the way back to older versions. */
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { askAny } from './cluster-call.ts';

export class FeaturesAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** PRECONDITION_FAILED (a node cannot do it yet), INVALID_ARGUMENT (lower than now). */
  async finalise(level: number, options: CallOptions = {}): Promise<{ readonly level: number }> {
    const request = { level, requestId: this.deps.surroundings.requestId() };
    const answer = await askAny(this.deps, options, (client) => client.finaliseFeatures, request);
    return { level: answer.level };
  }
}
