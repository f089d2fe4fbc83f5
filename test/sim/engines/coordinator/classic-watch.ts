/**
 * Classic groups as the checkers know them, from the commands of the coordinator shards and from what members were told:
 *
 *   a generation has one assignment, whoever asks for it and whenever · generations grow, and by a change of members or their wishes alone ·
 *   what is committed comes from a member of the generation that it names, and goes back by none whose clients only go on from what they
 *   fetched · nobody is let go whose sign of life was answered within its session, nor before the round has given it its time
 */
import type { GroupId } from '@flowmesh/base';
import type { ClassicHead, ClassicMember, CoordinatorMachine, Group, Reply } from '@flowmesh/engines';
import {
  type CoordinatorCommand,
  decodeCoordinatorCommand,
} from '../../../../packages/engines/src/coordinator/coordinator-command.ts';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';

interface Known {
  /** Groups of one name, one after the other. */
  readonly life: number;
  readonly classic: ClassicHead | undefined;
  readonly members: ReadonlyMap<string, ClassicMember>;
  readonly offsets: ReadonlyMap<string, number>;
  /** When the generation began: its members have to fetch their assignments from then on. */
  readonly generationAt: number;
  /** When the phase began in the time of the log, which rounds go by: a new leader's clock may be ahead. */
  readonly phaseTimeMs: number;
  readonly timeMs: number;
}

interface Signs {
  readonly lastAt: number;
  readonly gapMs: number;
}

/** Clocks of machines run a little slow or fast, and timers are coarse. */
const SHARE = 0.85;

export class ClassicWatch {
  private readonly time: { readonly now: number };
  private readonly known = new Map<string, Known>();
  private readonly lastIndex = new Map<GroupId, number>();
  private readonly signs = new Map<string, Signs>();
  /** By group, its life, and generation: what each member was assigned, by instance or member. */
  private readonly assignments = new Map<string, Map<string, string>>();
  /** By member: the generation whose assignment it was answered last. */
  private readonly synced = new Map<string, number>();

  constructor(time: { readonly now: number }) {
    this.time = time;
  }

  // ---- members

  /** A request of this time was answered just now. */
  sign(member: string, sentAt: number): void {
    const before = this.signs.get(member);
    const gapMs = before === undefined ? 0 : Math.max(before.gapMs, this.time.now - before.lastAt);
    this.signs.set(member, { lastAt: sentAt, gapMs });
  }

  /** A member was told what it reads in a generation. */
  told(
    group: string,
    who: { member: string; instance: string; generation: number },
    assignment: string,
  ): void {
    this.synced.set(who.member, who.generation);
    const life = this.known.get(group)?.life ?? 0;
    const all = this.assignments.get(`${group}/${life}/${who.generation}`);
    // The answer of a group that is another one by now says nothing any more.
    if (all === undefined) return;
    const recorded = all.get(nameOf(who.member, who.instance));
    if (recorded !== undefined && recorded !== assignment)
      violated(
        'one-assignment',
        `group ${group}: ${who.member} is told ${assignment} in generation ${who.generation}, which assigns it ${recorded}`,
      );
  }

  /** A member is told that it leads; it knows who is with it. */
  led(group: string, generation: number, members: readonly string[]): void {
    const { classic, members: now } = this.known.get(group) ?? {};
    if (classic?.generation !== generation || now === undefined) return;
    const stranger = [...now.keys()].find((id) => !members.includes(id));
    if (stranger !== undefined && classic.phase === 'syncing')
      violated('one-assignment', `group ${group}: the leader of ${generation} is not told of ${stranger}`);
  }

  offsetsOf(group: string): ReadonlyMap<string, number> {
    return this.known.get(group)?.offsets ?? new Map<string, number>();
  }

  /** Everybody in the group is alive and has what it reads; undefined: so it is. */
  unsettled(group: string, alive: ReadonlySet<string>): string | undefined {
    const { classic, members } = this.known.get(group) ?? {};
    // All of them may have died for good.
    if (alive.size === 0 && (classic === undefined || classic.phase === 'empty')) return undefined;
    if (classic?.phase !== 'stable' || members === undefined) return `group ${group} is ${classic?.phase}`;
    for (const id of members.keys()) {
      if (!alive.has(id)) return `group ${group}: ${id} is gone and still a member`;
      if (this.synced.get(id) !== classic.generation) return `group ${group}: ${id} knows no assignment`;
    }
    return undefined;
  }

  // ---- commands

  applied(
    group: GroupId,
    at: { readonly index: number; readonly reply: Reply },
    bytes: Uint8Array,
    machine: CoordinatorMachine,
  ): void {
    if (at.index <= (this.lastIndex.get(group) ?? 0)) return;
    this.lastIndex.set(group, at.index);
    const command = decodeCoordinatorCommand(bytes);
    if (command.kind === 'expire') {
      for (const name of this.known.keys()) if (this.lies(name, machine)) this.look(name, command, machine);
      return;
    }
    if (!('group' in command)) return;
    this.checkCommit(command, at.reply);
    this.look(command.group, command, machine);
  }

  private lies(name: string, machine: CoordinatorMachine): boolean {
    return machine.groups.has(name);
  }

  private look(name: string, command: CoordinatorCommand, machine: CoordinatorMachine): void {
    const before = this.known.get(name);
    const group = machine.groups.get(name);
    if (group?.classic === undefined) {
      if ((before?.offsets.size ?? 0) > 0)
        violated('offsets-never-back', `${name} is forgotten with its offsets`);
      this.known.set(name, { ...this.nothing(), life: (before?.life ?? 0) + 1 });
      return;
    }
    const now = this.lookAt(group, before ?? this.nothing(), machine.timeMs);
    if (before !== undefined) {
      this.checkGeneration(name, command, before, now);
      this.checkLetGo(name, command, before, now);
      this.checkOffsets(name, command, before, now);
    }
    this.known.set(name, now);
    this.recordAssignments(name, now);
  }

  private nothing(): Known {
    return {
      life: 0,
      classic: undefined,
      members: new Map(),
      offsets: new Map(),
      generationAt: this.time.now,
      phaseTimeMs: 0,
      timeMs: 0,
    };
  }

  private lookAt({ classic, classicMembers, offsets }: Group, before: Known, timeMs: number): Known {
    const same = before.classic?.phase === classic?.phase && before.classic?.round === classic?.round;
    const goesOn = before.classic?.generation === classic?.generation && before.classic?.phase !== 'joining';
    return {
      life: before.life,
      classic,
      members: new Map(classicMembers),
      offsets: new Map([...offsets].map(([key, { offset }]) => [key, offset])),
      generationAt: goesOn ? before.generationAt : this.time.now,
      phaseTimeMs: same ? before.phaseTimeMs : timeMs,
      timeMs,
    };
  }

  private recordAssignments(name: string, { life, classic, members }: Known): void {
    if (classic?.phase !== 'stable') return;
    const { generation } = classic;
    const at = `${name}/${life}/${generation}`;
    const all = this.assignments.get(at) ?? new Map<string, string>();
    const isNew = !this.assignments.has(at);
    this.assignments.set(at, all);
    for (const { id, instanceId, assignment, assignedIn } of members.values()) {
      if (assignedIn !== generation) continue;
      const who = nameOf(id, instanceId);
      const text = Buffer.from(assignment, 'base64').toString();
      if (isNew) all.set(who, text);
      else if (all.get(who) !== text)
        violated(
          'one-assignment',
          `group ${name}: generation ${generation} assigns ${text} to ${who}, and assigned ${all.get(who)} before`,
        );
    }
  }

  private checkGeneration(name: string, { kind }: CoordinatorCommand, before: Known, now: Known): void {
    const [was, is] = [before.classic?.generation ?? 0, now.classic?.generation ?? 0];
    const reason =
      kind === 'classic-join' ||
      kind === 'classic-leave' ||
      kind === 'expire-members' ||
      (kind === 'expire' && before.classic?.phase === 'joining');
    const ends = before.classic?.phase === 'joining' && now.classic?.phase === 'syncing';
    if (is === was && !ends) return;
    if (reason && is > was) return;
    violated('generations-grow', `group ${name}: ${kind} leads from generation ${was} to ${is}`);
  }

  /** Members that are gone: they left, were silent, another process has taken their place, or the round was over without them. */
  private checkLetGo(name: string, command: CoordinatorCommand, before: Known, now: Known): void {
    const left = new Set(command.kind === 'classic-leave' ? command.members.map(({ member }) => member) : []);
    const silent = new Set(command.kind === 'expire-members' ? command.members : []);
    const instances = new Set([...now.members.values()].map(({ instanceId }) => instanceId));
    for (const [id, member] of before.members) {
      if (now.members.has(id) || left.has(id)) continue;
      if (silent.has(id)) this.checkSilent(name, member, before);
      else if (member.instanceId === '' || !instances.has(member.instanceId)) {
        const passedMs = now.timeMs - before.phaseTimeMs;
        const longestMs = Math.max(...[...before.members.values()].map((one) => one.rebalanceTimeoutMs));
        if (before.classic?.phase !== 'joining' || passedMs < longestMs * SHARE)
          violated(
            'alive-is-kept',
            `group ${name}: ${command.kind} lets ${id} go after ${passedMs.toFixed(0)} ms of ${longestMs}`,
          );
      }
    }
  }

  private checkSilent(name: string, member: ClassicMember, { classic, generationAt }: Known): void {
    const { id, sessionTimeoutMs, rebalanceTimeoutMs } = member;
    const signs = this.signs.get(id);
    if (signs === undefined) return;
    const silentMs = Math.max(signs.gapMs, this.time.now - signs.lastAt);
    const owes = classic?.phase !== 'joining' && this.synced.get(id) !== classic?.generation;
    const slow = owes && this.time.now - generationAt >= rebalanceTimeoutMs * SHARE;
    if (slow || silentMs >= sessionTimeoutMs * SHARE) return;
    violated(
      'alive-is-kept',
      `group ${name}: ${id} is let go, and was never silent for more than ${silentMs.toFixed(0)} ms; its session is ${sessionTimeoutMs} ms`,
    );
  }

  private checkOffsets(name: string, { kind }: CoordinatorCommand, before: Known, now: Known): void {
    for (const [key, offset] of before.offsets) {
      const after = now.offsets.get(key);
      if (after === undefined || after < offset)
        violated('offsets-never-back', `group ${name}: ${kind} takes ${key} from ${offset} to ${after}`);
    }
  }

  private checkCommit(command: CoordinatorCommand, reply: Reply): void {
    if (command.kind !== 'commit-offsets' || command.by === undefined || !reply.ok) return;
    const { member, epoch } = command.by;
    const { classic, members } = this.known.get(command.group) ?? {};
    if (members?.has(member) === true && classic?.generation === epoch && classic.phase !== 'syncing') return;
    violated(
      'commit-is-fenced',
      `group ${command.group}: ${member} commits in generation ${epoch}; it is ${classic?.generation}, ${classic?.phase}`,
    );
  }
}

function nameOf(member: string, instance: string): string {
  return instance === '' ? member : `instance ${instance}`;
}

export function classicChecker(groups: ReadonlySet<GroupId>, watch: ClassicWatch): Checker {
  return {
    name: 'one-assignment, generations-grow, offsets-never-back, commit-is-fenced, alive-is-kept',
    applied(replica, { index, command, reply, machine }) {
      const { id } = replica.group;
      if (groups.has(id)) watch.applied(id, { index, reply }, command, machine as CoordinatorMachine);
    },
  };
}
