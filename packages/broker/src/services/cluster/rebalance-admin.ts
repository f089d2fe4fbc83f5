/** Rebalancing as operators run it: what it would do, begin, how far it is, cancel. The placement controller carries it out. */
import { FlowError } from '@flowmesh/base';
import type { GroupId, Scheduler } from '@flowmesh/base';
import { qualifiedNameOf } from '@flowmesh/engines';
import type { Balance, Caller, RebalancePlan, RebalanceStep } from '../ports.ts';
import { callerName, pass, propose } from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';

export interface NamedStep extends RebalanceStep {
  readonly stream: string;
  readonly partition: number;
}

export interface NamedPlan extends Omit<RebalancePlan, 'moves'> {
  readonly moves: readonly NamedStep[];
  readonly bytes: number;
}

export interface RebalanceProgress {
  /** Empty where there has never been one. */
  readonly id: string;
  readonly state: 'none' | 'running' | 'done' | 'cancelled';
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly movesDone: number;
  readonly movesRunning: number;
  /** As planned now; 0 where this node cannot tell. */
  readonly movesLeft: number;
  readonly bytes: number;
  readonly balance: Balance | undefined;
}

const STEPS_SHOWN_MAX = 1_000;
/** New partitions and nodes tell of themselves within a second or two: so long a plan waits for them before it is refused. */
const REPORTS_PATIENCE_MS = 3_000;
const REPORTS_LOOK_MS = 100;

export interface RebalancePorts extends AdminPorts {
  readonly newUuid: () => string;
  readonly scheduler: Scheduler;
}

export class RebalanceAdmin {
  private readonly ports: RebalancePorts;

  constructor(ports: RebalancePorts) {
    this.ports = ports;
  }

  async plan(caller: Caller, signal: AbortSignal): Promise<NamedPlan> {
    pass(this.ports.door, caller, 'cluster', '');
    const plan = await this.planOnceTold(signal);
    const shown = plan.moves.slice(0, STEPS_SHOWN_MAX);
    return {
      ...plan,
      moves: shown.map((step) => ({ ...step, ...this.placeOf(step.group) })),
      bytes: plan.moves.reduce((sum, step) => sum + step.bytes, 0),
      truncated: plan.truncated || shown.length < plan.moves.length,
    };
  }

  private async planOnceTold(signal: AbortSignal): Promise<RebalancePlan> {
    const { ops, clock, scheduler } = this.ports;
    const deadlineMs = clock.monotonicMs() + REPORTS_PATIENCE_MS;
    for (;;) {
      const plan = ops.planRebalance();
      if (!(plan instanceof FlowError)) return plan;
      if (!plan.retryable || signal.aborted || clock.monotonicMs() >= deadlineMs) throw plan;
      await new Promise<void>((resolve) => scheduler.after(REPORTS_LOOK_MS, resolve));
    }
  }

  async start({ caller, requestId, signal }: Change): Promise<RebalanceProgress> {
    const { catalog, clock, door, newUuid } = this.ports;
    pass(door, caller, 'cluster-admin', 'rebalance');
    if (catalog.machine.resultOf(requestId)?.kind !== 'rebalance-started') {
      const id = newUuid();
      const common = { requestId, timeMs: clock.wallMs(), by: callerName(caller) };
      await propose(catalog, { kind: 'start-rebalance', ...common, id }, 'rebalance-started', signal);
    }
    return this.progress();
  }

  get(caller: Caller): RebalanceProgress {
    pass(this.ports.door, caller, 'cluster', '');
    return this.progress();
  }

  async cancel({ caller, requestId, signal }: Change): Promise<RebalanceProgress> {
    const { catalog, clock, door } = this.ports;
    pass(door, caller, 'cluster-admin', 'rebalance');
    const running = catalog.machine.rebalance();
    if (running === undefined) {
      throw new FlowError('PRECONDITION_FAILED', 'there is no rebalance to cancel', {
        hint: 'Single moves are cancelled with: flowmesh-admin partitions cancel-move STREAM/PARTITION',
      });
    }
    if (catalog.machine.resultOf(requestId)?.kind !== 'rebalance-cancelled') {
      const common = { requestId, timeMs: clock.wallMs(), by: callerName(caller) };
      await propose(
        catalog,
        { kind: 'cancel-rebalance', ...common, id: running.id },
        'rebalance-cancelled',
        signal,
      );
    }
    return this.progress();
  }

  private progress(): RebalanceProgress {
    const { catalog, ops } = this.ports;
    const plan = ops.planRebalance();
    const known = plan instanceof FlowError ? undefined : plan;
    const rebalance = catalog.machine.rebalance();
    if (rebalance === undefined) {
      const nothing = {
        startedAtMs: 0,
        endedAtMs: undefined,
        movesDone: 0,
        movesRunning: 0,
        movesLeft: 0,
        bytes: 0,
      };
      return { id: '', state: 'none', ...nothing, balance: known?.before };
    }
    let movesRunning = 0;
    for (const { move } of catalog.machine.moving()) if (move?.rebalance === true) movesRunning++;
    return {
      id: rebalance.id,
      state: rebalance.state,
      startedAtMs: rebalance.startedAtMs,
      endedAtMs: rebalance.endedAtMs,
      movesDone: Math.max(0, rebalance.moves - movesRunning),
      movesRunning,
      movesLeft: rebalance.state === 'running' ? (known?.moves.length ?? 0) : 0,
      bytes: rebalance.bytes,
      balance: known?.before,
    };
  }

  private placeOf(group: GroupId): { readonly stream: string; readonly partition: number } {
    const { machine } = this.ports.catalog;
    const placed = machine.partitionOfGroup(group);
    const stream = placed?.stream === undefined ? undefined : machine.streamByUuid(placed.stream);
    return { stream: stream === undefined ? '' : qualifiedNameOf(stream), partition: placed?.partition ?? 0 };
  }
}
