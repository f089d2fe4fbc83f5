/** The commands of the interaction scenarios, on top of `InteractionEnv`. */
import { type MemberId } from '@flowmesh/base';
import {
  type ConfChangeKind,
  type ConfChangeSingle,
  type ConfChangeTransition,
  encodeConfChange,
  isVoter,
  type RaftConfig,
} from '@flowmesh/raft';
import type { CommandArgument, ScenarioCommand } from './datadriven.ts';
import { describeEntries, describeProgress, roleName, V1_CONTEXT } from './format.ts';
import { ELECTION_TICKS, EMPTY_CONF, type InteractionEnv } from './interaction-env.ts';
import { LEVELS, type Level } from './log-lines.ts';

const KINDS: Readonly<Record<string, ConfChangeKind>> = {
  v: 'add-voter',
  l: 'add-learner',
  r: 'remove',
  u: 'update',
};

/** `v1 l2 r3 u4`: add a voter, add a learner, remove, update. */
export function parseChanges(text: string): ConfChangeSingle[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const kind = KINDS[word.slice(0, 1)];
      if (kind === undefined) throw new Error(`unknown change ${word}`);
      return { kind, member: Number(word.slice(1)) as MemberId };
    });
}

/** Runs one command; returns what it printed. */
export function runCommand(env: InteractionEnv, command: ScenarioCommand): string {
  dispatch(env, command);
  const text = env.output.take();
  return text === '' ? 'ok' : text;
}

function dispatch(env: InteractionEnv, command: ScenarioCommand): void {
  const { name, args } = command;
  const ids = args.filter((arg) => arg.values.length === 0).map((arg) => Number(arg.key));
  const id = ids[0] ?? 0;
  switch (name) {
    case 'add-nodes':
      return addNodes(env, id, args);
    case 'campaign':
      return env.get(id).node.campaign();
    case 'compact':
      env.get(id).log.compact(ids[1] as number);
      return raftLog(env, id);
    case 'deliver-msgs':
      return deliverMessages(env, args);
    case 'process-ready':
      return each(env, ids, 'handling Ready', (node) => env.processReady(node));
    case 'process-append-thread':
      return each(env, ids, 'processing append thread', (node) => env.processAppendThread(node));
    case 'process-apply-thread':
      return each(env, ids, 'processing apply thread', (node) => env.processApplyThread(node));
    case 'log-level':
      env.output.level = levelOf(args[0]?.key);
      return;
    case 'raft-log':
      return raftLog(env, id);
    case 'raft-state':
      return raftState(env);
    case 'set-randomized-election-timeout':
      env.get(id).node['core'].electionTimeout = Number(valueOf(args, 'timeout'));
      return;
    case 'stabilize':
      return stabilize(env, ids, args);
    case 'status':
      return status(env, id);
    case 'tick-election':
      return tick(env, id, ELECTION_TICKS);
    case 'tick-heartbeat':
      return tick(env, id, 1);
    case 'transfer-leadership':
      return env
        .get(Number(valueOf(args, 'from')))
        .node.transferLeadership(Number(valueOf(args, 'to')) as MemberId);
    case 'forget-leader':
      return env.get(id).node.forgetLeader();
    case 'send-snapshot':
      return env.sendSnapshot(id, ids[1] as number);
    case 'propose':
      return env.propose(id, { kind: 'normal', data: new TextEncoder().encode(args[1]?.key ?? '') });
    case 'propose-conf-change':
      return proposeConfChange(env, id, command);
    case 'report-unreachable':
      return env.get(id).node.reportUnreachable(ids[1] as MemberId);
    default:
      throw new Error(`unknown command ${name}`);
  }
}

function valueOf(args: readonly CommandArgument[], key: string): string | undefined {
  return args.find((arg) => arg.key === key)?.values[0];
}

function levelOf(name: string | undefined): Level {
  const level = LEVELS.find((candidate) => candidate === name?.toUpperCase());
  if (level === undefined) throw new Error(`unknown log level ${name}`);
  return level;
}

function each(env: InteractionEnv, ids: readonly number[], what: string, action: (id: number) => void): void {
  for (const id of ids) {
    if (ids.length === 1) {
      action(id);
    } else {
      env.output.line(`> ${id} ${what}`);
      env.output.indented(() => action(id));
    }
  }
}

function addNodes(env: InteractionEnv, count: number, args: readonly CommandArgument[]): void {
  const list = (key: string): MemberId[] =>
    (args.find((arg) => arg.key === key)?.values ?? []).map((value) => Number(value) as MemberId);
  const flag = (key: string): boolean => valueOf(args, key) === 'true';
  const limit = (key: string, field: keyof RaftConfig): Partial<RaftConfig> => {
    const value = valueOf(args, key);
    return value === undefined ? {} : { [field]: Number(value) };
  };
  const config: Partial<RaftConfig> = {
    preVote: flag('prevote'),
    checkQuorum: flag('checkquorum'),
    readOnly: valueOf(args, 'read-only') === 'lease-based' ? 'lease' : 'quorum',
    stepDownOnRemoval: flag('step-down-on-removal'),
    confChangeChecks: flag('disable-conf-change-validation') ? 'none' : 'elected-log',
    ...limit('inflight', 'inflightMessagesMax'),
    ...limit('max-committed-size-per-ready', 'applyBytesMax'),
  };
  const conf = { ...EMPTY_CONF, voters: list('voters'), learners: list('learners') };
  const index = Number(valueOf(args, 'index') ?? '0');
  for (let i = 0; i < count; i++) env.addNode({ config, conf, index, async: flag('async-storage-writes') });
}

function deliverMessages(env: InteractionEnv, args: readonly CommandArgument[]): void {
  const type = valueOf(args, 'type');
  let handled = 0;
  for (const arg of args) {
    if (arg.values.length === 0) handled += env.deliver(Number(arg.key), { type, drop: false });
    if (arg.key !== 'drop') continue;
    for (const value of arg.values) handled += env.deliver(Number(value), { type, drop: true });
  }
  if (handled === 0) env.output.line('no messages');
}

function stabilize(env: InteractionEnv, ids: readonly number[], args: readonly CommandArgument[]): void {
  const level = valueOf(args, 'log-level');
  const before = env.output.level;
  if (level !== undefined) env.output.level = levelOf(level);
  env.stabilize(ids);
  env.output.level = before;
}

function tick(env: InteractionEnv, id: number, count: number): void {
  for (let i = 0; i < count; i++) env.get(id).node.tick();
}

function raftLog(env: InteractionEnv, id: number): void {
  const { log } = env.get(id);
  if (log.entriesKept.length === 0) {
    env.output.write(`log is empty: first index=${log.firstIndex()}, last index=${log.lastIndex()}`);
  } else {
    env.output.write(describeEntries(log.entriesKept));
  }
}

function raftState(env: InteractionEnv): void {
  for (const { node } of env.nodes) {
    const { id, role, term, leader, conf } = node.status();
    const voter = isVoter(conf, id) ? '(Voter)' : '(Non-Voter)';
    env.output.line(`${id}: ${roleName(role)} ${voter} Term:${term} Lead:${leader}`);
  }
}

function status(env: InteractionEnv, id: number): void {
  const { node } = env.get(id);
  for (const { member } of node.status().progress) {
    const progress = node.progressOf(member);
    if (progress !== undefined) env.output.line(`${member}: ${describeProgress(progress)}`);
  }
}

function proposeConfChange(env: InteractionEnv, id: number, { args, input }: ScenarioCommand): void {
  const transitions: Readonly<Record<string, ConfChangeTransition>> = {
    auto: 'auto',
    implicit: 'joint-implicit',
    explicit: 'joint-explicit',
  };
  const transition = transitions[valueOf(args, 'transition') ?? 'auto'] ?? 'auto';
  const context = valueOf(args, 'v1') === 'true' ? V1_CONTEXT : new Uint8Array(0);
  const data = encodeConfChange({ transition, changes: parseChanges(input), context });
  env.propose(id, { kind: 'conf-change', data });
}
