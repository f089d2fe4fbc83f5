/** The bounds of the node's `limits.ts`, as the parts of cluster control take them. */
import * as limits from '../config/limits.ts';
import type { CatalogClientLimits } from './catalog-client.ts';
import type { PlacementControllerLimits } from './controller/placement-controller.ts';
import type { LeaderBalancerLimits } from './leader-balancer.ts';
import type { MemberDriverLimits } from './member-driver.ts';

export const CATALOG_CLIENT_LIMITS: CatalogClientLimits = {
  proposeTimeoutMs: limits.METADATA_PROPOSE_TIMEOUT_MS,
  attemptTimeoutMs: limits.METADATA_ATTEMPT_TIMEOUT_MS,
  retryMs: limits.METADATA_RETRY_MS,
  proposalsMax: limits.METADATA_PROPOSALS_MAX,
};

export const MEMBER_DRIVER_LIMITS: MemberDriverLimits = {
  stepIntervalMs: limits.MOVE_STEP_INTERVAL_MS,
  finishesMax: limits.MOVE_FINISHES_MAX,
  finishRetryMs: limits.MOVE_FINISH_RETRY_MS,
  transferRetryMs: limits.TRANSFER_RETRY_MS,
  transferRetryMaxMs: limits.TRANSFER_RETRY_MAX_MS,
  stalledMs: limits.MOVE_STALLED_MS,
  snapshotStalledMs: limits.MOVE_SNAPSHOT_STALLED_MS,
};

export const LEADER_BALANCER_LIMITS: LeaderBalancerLimits = {
  intervalMs: limits.LEADER_BALANCE_INTERVAL_MS,
  evacuationsMax: limits.LEADER_EVACUATIONS_MAX,
  transfersMax: limits.LEADER_TRANSFERS_MAX,
  settledMs: limits.LEADER_SETTLED_MS,
  retryMs: limits.TRANSFER_RETRY_MS,
  retryMaxMs: limits.TRANSFER_RETRY_MAX_MS,
  timeoutMs: limits.TRANSFER_TIMEOUT_MS,
};

export const CONTROLLER_LIMITS: PlacementControllerLimits = {
  intervalMs: limits.CONTROL_INTERVAL_MS,
  soonMs: limits.CONTROL_SOON_MS,
  idlePlanMs: limits.CONTROL_IDLE_PLAN_MS,
  movesMax: limits.CONTROL_MOVES_MAX,
  batchMax: limits.CONTROL_BATCH_MAX,
  refillsMax: limits.CONTROL_REFILLS_MAX,
  settleMs: limits.CONTROL_SETTLE_MS,
  refusalPauseMs: limits.CONTROL_REFUSAL_PAUSE_MS,
  featureSettleMs: limits.CONTROL_FEATURE_SETTLE_MS,
};
