/** Faults of processes: killed, stopped for a while, restarted one after the other, an event loop that stands still, little memory. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Build } from '../cluster/world-node.ts';
import { type Arena, type Nemesis, victims } from './nemesis.ts';

const RESTART_READY_MS = 60_000;
const IMPATIENT_MS = 2_000;
const STALL_MIN_MS = 500;
const STALL_MORE_MS = 4_500;
const STALL_PAUSE_MS = 300;
export const MEMORY_GROUPS = '/sys/fs/cgroup/memory';
export const MEMORY_GROUP_PREFIX = 'flowmesh-jepsen-';
/** More than the node uses when the fault begins. */
const MEMORY_ROOM_BYTES = 24 * 1024 * 1024;

const nothing = async (): Promise<undefined> => undefined;

export const KILL: Nemesis = {
  name: 'kill',
  does: 'SIGKILL of one node, a leader, a majority or all; they are started again at the end',
  variants: ['one', 'leader', 'majority', 'all'],
  holdsMs: [200, 8_000],
  async begin(arena, fault, owner) {
    const nodes = await victims(arena, fault);
    await Promise.all(nodes.map((node) => arena.world.node(node).hold(owner)));
    return {
      note: { nodes },
      end: async () => {
        for (const node of nodes) arena.world.node(node).release(owner);
      },
    };
  },
};

export const PAUSE: Nemesis = {
  name: 'pause',
  does: 'SIGSTOP, for longer than every timeout or not, and SIGCONT',
  variants: ['one', 'leader', 'majority', 'all'],
  holdsMs: [500, 20_000],
  async begin(arena, fault) {
    const nodes = await victims(arena, fault);
    for (const node of nodes) arena.world.node(node).signal('SIGSTOP');
    return {
      note: { nodes },
      end: async () => {
        for (const node of nodes) arena.world.node(node).signal('SIGCONT');
      },
    };
  },
};

async function restart(arena: Arena, node: number, owner: string): Promise<void> {
  await arena.world.node(node).hold(owner, 'SIGTERM');
  arena.world.node(node).release(owner);
  await arena.world.ready(RESTART_READY_MS, [node]).catch((error: unknown) => arena.log(String(error)));
}

const underWay = new WeakSet<object>();

/** Undefined where something of `where` has been begun so and has not ended: on a busy machine a round takes longer than to the next one. */
export function unlessUnderWay(where: object, work: () => Promise<void>): Promise<void> | undefined {
  if (underWay.has(where)) return undefined;
  underWay.add(where);
  return work().finally(() => underWay.delete(where));
}

export const ROLLING: Nemesis = {
  name: 'rolling',
  does: 'SIGTERM and a new start of every node, one after the other, each when the one before is ready, or sooner',
  variants: ['patient', 'impatient'],
  holdsMs: [1_000, 2_000],
  async begin(arena, { order, variant }, owner) {
    const rolled = unlessUnderWay(arena.world, async () => {
      const restarts: Promise<void>[] = [];
      for (const node of order) {
        const done = restart(arena, node, owner);
        restarts.push(done);
        if (variant === 'impatient') await Promise.race([done, sleep(IMPATIENT_MS)]);
        else await done;
      }
      await Promise.all(restarts);
    });
    if (rolled === undefined) return { note: { skipped: 'the one before goes on' }, end: nothing };
    return { note: { order }, end: () => rolled };
  },
};

/** Of clusters that were founded by an older build; with that they have streams and nothing else. */
export const SKEW: Nemesis = {
  name: 'skew',
  does: 'the cluster is of an older build, which knows streams alone; nodes run this one for a while, so that both are there',
  variants: ['one', 'majority', 'all'],
  holdsMs: [4_000, 10_000],
  async begin(arena, fault, owner) {
    const nodes = await victims(arena, fault);
    const startAgain = async (build: Build): Promise<void> => {
      for (const node of nodes) {
        arena.world.node(node).use(build);
        await restart(arena, node, owner);
      }
    };
    await startAgain('newer');
    return { note: { nodes }, end: () => startAgain('older') };
  },
};

export const STALL: Nemesis = {
  name: 'stall',
  does: 'the event loop of a node stands still again and again, while its other threads go on',
  variants: ['one', 'leader', 'majority'],
  holdsMs: [3_000, 12_000],
  async begin(arena, fault) {
    const nodes = await victims(arena, fault);
    const stallMs = Math.round(STALL_MIN_MS + fault.amount * STALL_MORE_MS);
    const stopping = new AbortController();
    const stalls = (async () => {
      while (!stopping.signal.aborted) {
        for (const node of nodes) {
          const target = arena.world.node(node);
          // A process that has not loaded the hook yet would end of the signal.
          if (!(await target.isReady())) continue;
          writeFileSync(target.stallFile, String(stallMs));
          target.signal('SIGUSR2');
        }
        await sleep(stallMs + STALL_PAUSE_MS, undefined, { signal: stopping.signal }).catch(nothing);
      }
    })();
    return {
      note: { nodes, stallMs },
      end: async () => {
        stopping.abort();
        await stalls;
      },
    };
  },
};

export const MEMORY: Nemesis = {
  name: 'memory',
  does: 'a control group leaves a node hardly more memory than it has; the kernel may kill it',
  variants: ['one', 'leader'],
  holdsMs: [5_000, 15_000],
  endsNodes: true,
  missing: () =>
    process.getuid?.() === 0 && existsSync(path.join(MEMORY_GROUPS, 'memory.limit_in_bytes'))
      ? undefined
      : `it needs root and a memory controller at ${MEMORY_GROUPS}`,
  async begin(arena, fault, owner) {
    const [node = 1] = await victims(arena, fault);
    const { pid } = arena.world.node(node);
    if (pid === undefined) return { note: { node, skipped: 'it is down' }, end: nothing };
    const name = `${MEMORY_GROUP_PREFIX}${process.pid}-${owner.replaceAll(/\W/g, '-')}`;
    const group = path.join(MEMORY_GROUPS, name);
    mkdirSync(group);
    writeFileSync(path.join(group, 'cgroup.procs'), String(pid));
    const limitBytes = residentBytes(pid) + MEMORY_ROOM_BYTES;
    writeFileSync(path.join(group, 'memory.limit_in_bytes'), String(limitBytes));
    return {
      note: { node, limitBytes },
      end: async () => {
        leaveGroup(group);
      },
    };
  },
};

/** Its processes go back to where they were, and it is gone. */
export function leaveGroup(group: string): void {
  for (const pid of readFileSync(path.join(group, 'cgroup.procs'), 'utf8').split('\n'))
    if (pid !== '') writeFileSync(path.join(MEMORY_GROUPS, 'cgroup.procs'), pid);
  rmdirSync(group);
}

function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1_024;
}
