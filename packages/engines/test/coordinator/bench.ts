/**
 * A coordinator machine with its state and time, for tests. After each test its commands are given to a twin that is loaded from its state
 * before every one of them: both have to write the same.
 */
import type { FlowError } from '@flowmesh/base';
import type { CoordinatorAction, CoordinatorReply } from '../../src/coordinator/coordinator-command.ts';
import { encodeCoordinatorCommand } from '../../src/coordinator/coordinator-command.ts';
import { CoordinatorMachine } from '../../src/coordinator/coordinator-machine.ts';
import type { TopologyStream } from '../../src/coordinator/coordinator-types.ts';
import { afterEach, expect } from 'vitest';
import { MemoryState } from '../memory-state.ts';

const TWINS_COMMANDS_MAX = 300;
const benches: Bench[] = [];

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.checkTwin();
});

export class Bench {
  readonly state = new MemoryState();
  machine = new CoordinatorMachine();
  nowMs = 1_000_000;
  private readonly commands: Uint8Array[] = [];
  /** The state after each of the first commands. */
  private readonly dumps: string[] = [];

  constructor() {
    benches.push(this);
  }

  run(action: CoordinatorAction): CoordinatorReply | FlowError {
    const bytes = encodeCoordinatorCommand({ ...action, timeMs: this.nowMs });
    const { reply } = this.machine.apply({ index: this.commands.push(bytes), term: 1 }, bytes, this.state);
    if (this.dumps.length < TWINS_COMMANDS_MAX) this.dumps.push(this.state.dump());
    return reply.ok ? (reply.value as CoordinatorReply) : reply.error;
  }

  /** The reply, which has to be of this kind. */
  expect<K extends CoordinatorReply['kind']>(
    kind: K,
    action: CoordinatorAction,
  ): Extract<CoordinatorReply, { kind: K }> {
    const reply = this.run(action);
    if (reply instanceof Error) throw reply;
    if (reply.kind !== kind) throw new Error(`${action.kind} was answered ${reply.kind}`);
    return reply as Extract<CoordinatorReply, { kind: K }>;
  }

  code(action: CoordinatorAction): string {
    const reply = this.run(action);
    return reply instanceof Error ? reply.code : reply.kind;
  }

  async checkTwin(): Promise<void> {
    const state = new MemoryState();
    for (const [at, dump] of this.dumps.entries()) {
      const machine = new CoordinatorMachine();
      await machine.load(state);
      machine.apply({ index: at + 1, term: 1 }, this.commands[at] as Uint8Array, state);
      expect(state.dump()).toBe(dump);
    }
  }

  /** From here on, a machine that was loaded from what this one has written. */
  async restart(): Promise<void> {
    const machine = new CoordinatorMachine();
    await machine.load(this.state);
    this.machine = machine;
  }

  join(member: string, options: JoinOptions = {}): number {
    const { group = 'g', streams = ['orders'], instanceId = '', pattern = '', assignor } = options;
    return this.expect('member', {
      kind: 'join',
      group,
      member,
      instanceId,
      clientId: 'test',
      host: '127.0.0.1',
      rack: '',
      streams,
      pattern,
      ...(assignor === undefined ? {} : { assignor }),
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 60_000,
    }).epoch;
  }

  assign(streams: Readonly<Record<string, number>>, group = 'g', revision = 1): void {
    this.run({ kind: 'assign', group, streams: topology(streams), revision });
  }

  /** What the member may read now. */
  assigned(member: string, group = 'g'): readonly string[] {
    return Object.keys(this.machine.groups.get(group)?.members.get(member)?.assigned ?? {}).sort();
  }

  revoking(member: string, group = 'g'): readonly string[] {
    return Object.keys(this.machine.groups.get(group)?.members.get(member)?.revoking ?? {}).sort();
  }

  epoch(member: string, group = 'g'): number {
    return this.machine.groups.get(group)?.members.get(member)?.epoch ?? -1;
  }

  confirm(member: string, group = 'g'): void {
    this.run({ kind: 'confirm', group, member, epoch: this.epoch(member, group) });
  }

  commit(
    offsets: Readonly<Record<string, number>>,
    by?: { readonly member: string; readonly epoch: number },
    group = 'g',
  ): CoordinatorReply | FlowError {
    return this.run({
      kind: 'commit-offsets',
      group,
      offsets: entries(offsets),
      ...(by === undefined ? {} : { by }),
    });
  }

  offsets(group = 'g'): Readonly<Record<string, number>> {
    const known = [...(this.machine.groups.get(group)?.offsets ?? [])];
    return Object.fromEntries(known.map(([key, { offset }]) => [key, offset]));
  }
}

interface JoinOptions {
  readonly group?: string;
  readonly streams?: readonly string[];
  readonly instanceId?: string;
  readonly pattern?: string;
  readonly assignor?: 'range' | 'round-robin' | 'sticky' | 'cooperative';
}

export function topology(streams: Readonly<Record<string, number>>): readonly TopologyStream[] {
  return Object.entries(streams)
    .map(([name, partitions]) => ({ name, uuid: `uuid of ${name}`, partitions }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Offsets by `stream:partition`. */
export function entries(offsets: Readonly<Record<string, number>>) {
  return Object.entries(offsets).map(([key, offset]) => {
    const [stream = '', partition] = key.split(':');
    return {
      stream,
      partition: Number(partition),
      uuid: `uuid of ${stream}`,
      offset,
      leaderEpoch: 1,
      metadata: '',
    };
  });
}
