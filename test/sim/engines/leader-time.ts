/**
 * The time that leaders name. A wall clock that jumps, or differs from the former leader's, ends no lease, delay or expiry early; and time goes
 * on, whatever came late.
 *
 *   a process has seen the machine's time pass ─► no more than 1.05 of what its monotonic clock has counted since, and a second
 *                          it has not ─► the same from the wall clock that it had when it began to lead
 *   from one command to the next ─► no more than 1.05 of what the leader's monotonic clock has counted between them, and a second
 *   always ─► not far behind every wall clock that any machine has had
 *
 * When a command was proposed is when it was first appended anywhere, which is at its leader.
 */
import type { GroupId } from '@flowmesh/base';
import type { Machine } from '@flowmesh/engines';
import type { NodeReplicas } from '../../../packages/broker/src/replica/replica-manager.ts';
import type { Replica } from '../../../packages/broker/src/replica/replica-api.ts';
import type { Checker } from '../check/checker.ts';
import { violated } from '../check/violation.ts';
import { type MachineClock, type NodeClock, WALL_START_MS } from '../time/node-clock.ts';
import type { Proposals } from './proposals.ts';

/** What a leader believes of its wall clock. */
const FASTEST = 1.05;
const SLACK_MS = 1_000;
/** Commands that agree are so far apart, and agree so often: bursts of late ones may keep pace with each other once. */
const STEP_MS = 1_000;
const STEPS = 2;
/** What comes later than its time says by more comes late. */
const LATE_MS = 250;
/** A turn may stay open for a moment, and times are whole milliseconds. */
const TURN_MS = 2;
/** Commands that two replicas saw late in a row may set a group behind so far. */
const BEHIND_MS_MAX = 1_500;

interface Seen {
  readonly timeMs: number;
  readonly atMs: number;
}

/** One group in one process. */
interface Witness {
  first: Seen | undefined;
  steps: number;
  steady: Seen | undefined;
}

/** What a leader goes on from. */
interface Lead {
  readonly from: Seen;
  readonly steady: boolean;
  /** The machine's time when it began. */
  readonly beganMs: number;
  /** What it has named last, and when that was proposed. */
  told: Seen | undefined;
}

interface Named {
  index: number;
  timeMs: number;
}

export class LeaderTime {
  private readonly proposals: Proposals;
  private readonly machines = new Set<MachineClock>();
  private readonly witnesses = new WeakMap<NodeClock, Map<GroupId, Witness>>();
  private readonly leads = new Map<string, Lead>();
  private readonly named = new Map<GroupId, Named>();
  private readonly terms = new Map<GroupId, number>();

  constructor(proposals: Proposals) {
    this.proposals = proposals;
  }

  get checker(): Checker {
    return {
      name: 'leader-time',
      applying: ({ group }, _index, term) => void this.terms.set(group.id, term),
      applied: ({ group }, { index, machine }) => this.applied(group.id, index, machine as Machine<unknown>),
    };
  }

  /** Looks on in a process: when its replicas apply and begin to serve, as services hear of it. */
  follow(clock: NodeClock, replicas: NodeReplicas): void {
    this.machines.add(clock.machine);
    replicas.addListener({
      onApplied: (replica) => {
        const witness = this.saw(clock, replica);
        const lead = replica.serving ? this.leads.get(`${replica.group}/${replica.term}`) : undefined;
        // What it has named itself, it need not see.
        if (lead === undefined || timeOf(replica.machine) <= lead.beganMs || witness.steady !== undefined)
          return;
        witness.first = lead.from;
        witness.steps = STEPS;
        witness.steady = lead.from;
      },
      onServing: (replica, term) => {
        const { steady } = this.saw(clock, replica);
        const beganMs = timeOf(replica.machine);
        const from = steady ?? { timeMs: Math.max(beganMs, clock.wallMs()), atMs: clock.monotonicMs() };
        this.leads.set(`${replica.group}/${term}`, {
          from,
          steady: steady !== undefined,
          beganMs,
          told: undefined,
        });
      },
    });
  }

  private saw(clock: NodeClock, { group, machine }: Replica): Witness {
    const groups = this.witnesses.get(clock) ?? new Map<GroupId, Witness>();
    this.witnesses.set(clock, groups);
    const witness = groups.get(group) ?? { first: undefined, steps: 0, steady: undefined };
    groups.set(group, witness);
    const now = { timeMs: timeOf(machine), atMs: clock.monotonicMs() };
    const { first } = witness;
    if (now.timeMs <= (first?.timeMs ?? 0)) return witness;
    const passedMs = now.atMs - (first?.atMs ?? 0);
    const paceMs = now.timeMs - (first?.timeMs ?? 0) - passedMs;
    const clocksMs = passedMs * (FASTEST - 1);
    if (first === undefined || paceMs > SLACK_MS + clocksMs) {
      witness.first = now;
      witness.steps = 0;
      witness.steady = undefined;
    } else if (paceMs >= -(LATE_MS + clocksMs) && passedMs >= STEP_MS) {
      witness.first = now;
      witness.steps++;
      if (witness.steps >= STEPS) witness.steady = now;
    }
    return witness;
  }

  /** For the first time anywhere. */
  private applied(group: GroupId, index: number, machine: Machine<unknown>): void {
    const before = this.named.get(group) ?? { index: 0, timeMs: 0 };
    if (index <= before.index) return;
    const timeMs = timeOf(machine);
    this.named.set(group, { index, timeMs });
    const term = this.terms.get(group) ?? 0;
    const proposed = this.proposals.of(group, index, term);
    const lead = this.leads.get(`${group}/${term}`);
    if (timeMs <= before.timeMs || proposed === undefined || lead === undefined) return;
    const { from, steady } = lead;
    const passedMs = proposed.monotonicMs - from.atMs;
    const latestMs = from.timeMs + passedMs * FASTEST + SLACK_MS + TURN_MS;
    const where = `group ${group}: command ${index} of term ${term}`;
    if (timeMs > latestMs)
      violated(
        'leader-time',
        `${where} is ${Math.round(timeMs - latestMs)} ms ahead of ${steady ? 'the time that its leader has seen pass' : 'its leader’s wall clock'}`,
      );
    const { told = from } = lead;
    const jumpMs = timeMs - told.timeMs - (proposed.monotonicMs - told.atMs) * FASTEST - SLACK_MS;
    if (jumpMs > 0)
      violated(
        'leader-time',
        `${where} is ${Math.round(jumpMs)} ms further on than what its leader named before it`,
      );
    lead.told = { timeMs, atMs: proposed.monotonicMs };
    const behindMs = this.slowestWallMs(proposed.at) - timeMs;
    if (behindMs > BEHIND_MS_MAX)
      violated('leader-time', `${where} is ${Math.round(behindMs)} ms behind every wall clock`);
  }

  /** What the wall clock of a machine would say that has been the slowest, and the furthest behind, of all. */
  private slowestWallMs(at: number): number {
    const machines = [...this.machines];
    const rate = Math.min(...machines.map((machine) => machine.rate));
    const offsetMs = Math.min(...machines.map(({ lowestOffsetMs }) => lowestOffsetMs));
    return WALL_START_MS + at * rate + offsetMs;
  }
}

function timeOf(machine: Machine<unknown>): number {
  const { timeMs } = machine as { readonly timeMs?: unknown };
  return typeof timeMs === 'number' ? timeMs : 0;
}
