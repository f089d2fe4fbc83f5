/** Classic groups on the bench: members as Kafka's clients have them. */
import type { FlowError } from '@flowmesh/base';
import type { ClassicJoin, CoordinatorReply } from '../../src/coordinator/coordinator-command.ts';
import type { ClassicGeneration, ClassicHead } from '../../src/coordinator/classic-types.ts';
import { generationFor } from '../../src/coordinator/classic-rounds.ts';
import { Bench } from './bench.ts';

export class ClassicBench extends Bench {
  classicJoin(member: string, options: Partial<ClassicJoin> = {}): CoordinatorReply | FlowError {
    return this.run({
      kind: 'classic-join',
      group: 'g',
      member,
      fresh: true,
      announce: false,
      instanceId: '',
      clientId: 'test',
      host: '127.0.0.1',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 60_000,
      initialDelayMs: 0,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: 'bQ==' }],
      streams: ['orders'],
      skipsAssignment: false,
      reason: '',
      ...options,
    });
  }

  /** A member that has its id joins again. */
  again(member: string, options: Partial<ClassicJoin> = {}): CoordinatorReply | FlowError {
    return this.classicJoin(member, { fresh: false, ...options });
  }

  /** These members, with an assignment that names each. */
  stable(...members: readonly string[]): void {
    for (const member of members) this.classicJoin(member);
    for (const member of members) if (this.head().phase === 'joining') this.again(member);
    this.sync();
  }

  /** The leader hands in an assignment that names every member. */
  sync(member = this.head().leader, generation = this.head().generation): void {
    const assignments = this.ids().map((id) => ({ member: id, assignment: `for ${id}` }));
    this.expect('changed', { kind: 'classic-sync', group: 'g', member, generation, assignments });
  }

  leave(...members: readonly string[]): CoordinatorReply | FlowError {
    const leavers = members.map((member) => ({ member, instanceId: '' }));
    return this.run({ kind: 'classic-leave', group: 'g', members: leavers });
  }

  letGo(...members: readonly string[]): void {
    this.expect('expired', { kind: 'expire-members', group: 'g', members });
  }

  /** Time passes, and what is due then is done. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.expect('expired', { kind: 'expire', max: 100 });
  }

  head(): ClassicHead {
    const head = this.group().classic;
    if (head === undefined) throw new Error('the group is not classic');
    return head;
  }

  group() {
    const group = this.machine.groups.get('g');
    if (group === undefined) throw new Error('there is no group');
    return group;
  }

  ids(): string[] {
    return [...this.group().classicMembers.keys()].sort();
  }

  told(member: string): ClassicGeneration {
    return generationFor(this.group(), member);
  }

  assignmentOf(member: string): string | undefined {
    const { generation } = this.head();
    const known = this.group().classicMembers.get(member);
    return known?.assignedIn === generation ? known.assignment : undefined;
  }
}
