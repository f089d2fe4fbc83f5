/**
 * A rebalance that an operator asked for: one at a time, and the latest is kept to be looked at. Its moves are marked; cancelling it
 * sends back those that are under way, as far as they can go back.
 */
import type { GroupId } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';
import type { CancelRebalance, FinishRebalance, StartRebalance } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { Rebalance } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, precondition } from './decision.ts';
import { cancelledMove } from './move-commands.ts';

export function startRebalance(state: CatalogState, command: StartRebalance): Decision {
  const running = state.rebalance;
  if (running?.state === 'running') {
    return precondition(
      `rebalance ${running.id} is running`,
      'Wait for it, or cancel it: flowmesh-admin rebalance --cancel.',
    );
  }
  const rebalance: Rebalance = {
    id: command.id,
    state: 'running',
    startedAtMs: command.timeMs,
    endedAtMs: undefined,
    moves: 0,
    bytes: 0,
  };
  return accept({ kind: 'rebalance-started', id: command.id }, [{ kind: 'put-rebalance', rebalance }]);
}

export function finishRebalance(state: CatalogState, command: FinishRebalance): Decision {
  const running = runningRebalance(state, command.id);
  if (running instanceof FlowError) return running;
  const rebalance: Rebalance = { ...running, state: 'done', endedAtMs: command.timeMs };
  return accept({ kind: 'rebalance-finished', id: running.id }, [{ kind: 'put-rebalance', rebalance }]);
}

export function cancelRebalance(state: CatalogState, command: CancelRebalance, revision: number): Decision {
  const running = runningRebalance(state, command.id);
  if (running instanceof FlowError) return running;
  const rebalance: Rebalance = { ...running, state: 'cancelled', endedAtMs: command.timeMs };
  const changes: CatalogChange[] = [{ kind: 'put-rebalance', rebalance }];
  const cancelled: GroupId[] = [];
  for (const { group, move } of state.moving()) {
    if (move?.rebalance !== true) continue;
    const back = cancelledMove(state, group, revision);
    // What cannot go back goes on to its end.
    if (back instanceof FlowError) continue;
    cancelled.push(group);
    changes.push({ kind: 'put-partition', partition: back });
  }
  return accept({ kind: 'rebalance-cancelled', id: running.id, cancelled }, changes);
}

function runningRebalance(state: CatalogState, id: string): Rebalance | FlowError {
  const { rebalance } = state;
  if (rebalance?.id !== id) {
    return new FlowError('NOT_FOUND', `there is no rebalance ${id}`, {
      hint: 'See flowmesh-admin rebalance --status.',
    });
  }
  return rebalance.state === 'running'
    ? rebalance
    : precondition(`rebalance ${id} is ${rebalance.state}`, 'Start another one.');
}
