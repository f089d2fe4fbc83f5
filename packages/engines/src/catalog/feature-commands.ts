/** Feature levels: which commands may be used, which builds may take part, and the step to a higher level. */
import { FlowError } from '@flowmesh/base';
import type { CatalogCommand, FinaliseFeatures, NodeFeatures, NodeIntroduction } from './catalog-command.ts';
import { levelOf } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { CatalogNode } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, precondition } from './decision.ts';
import { FEATURES_UNTOLD } from './features.ts';

/** Undefined where the cluster's level has the command. */
export function checkLevelOf(
  state: CatalogState,
  command: CatalogCommand,
  behind: readonly number[] = nodesBelow(state.activeNodes(), levelOf(command)),
): FlowError | undefined {
  const needed = levelOf(command);
  const { featureLevel } = state.globals;
  if (needed <= featureLevel) return undefined;
  return new FlowError(
    'UNSUPPORTED',
    `${wordsOf(command)} needs feature level ${needed}; the cluster is at ${featureLevel}`,
    { hint: whatHoldsBack(behind, needed), details: { featureLevel, needed } },
  );
}

/** What is refused may be the command, or what it is to make. */
function wordsOf(command: CatalogCommand): string {
  if (command.kind !== 'create-stream' || command.resource === undefined) return command.kind;
  return `a ${command.resource}`;
}

function whatHoldsBack(behind: readonly number[], level: number): string {
  if (behind.length === 0) return `Every node knows it: flowmesh-admin upgrade finalise --level ${level}.`;
  return `Upgrade ${nameNodes(behind)} first.`;
}

function nodesBelow(nodes: readonly CatalogNode[], level: number): readonly number[] {
  return nodes.filter((node) => node.features.max < level).map((node) => node.id);
}

function nameNodes(ids: readonly number[]): string {
  const shown = ids.slice(0, 10).join(', ');
  return `node${ids.length === 1 ? '' : 's'} ${shown}${ids.length > 10 ? ` and ${ids.length - 10} more` : ''}`;
}

/** Undefined where the build of the node can take part at the cluster's level. */
export function checkFeatures(state: CatalogState, introduction: NodeIntroduction): FlowError | undefined {
  const { featureLevel } = state.globals;
  const { min, max } = introduction.features ?? FEATURES_UNTOLD;
  if (max < featureLevel) {
    return new FlowError(
      'UNSUPPORTED',
      `the node knows feature levels up to ${max}; the cluster is at ${featureLevel}`,
      { hint: 'Upgrade the node to the version of the others.' },
    );
  }
  if (min <= featureLevel) return undefined;
  return new FlowError(
    'UNSUPPORTED',
    `the node knows feature levels from ${min}; the cluster is at ${featureLevel}`,
    { hint: 'Upgrade the other nodes first, and finalise: flowmesh-admin upgrade finalise.' },
  );
}

export function finaliseFeatures(state: CatalogState, command: FinaliseFeatures): Decision {
  const { level } = command;
  const { featureLevel } = state.globals;
  if (level < featureLevel) {
    return precondition(
      `feature level ${featureLevel} is finalised, and ${level} is lower`,
      'A level is never given up again.',
    );
  }
  const reply = { kind: 'features-finalised', level } as const;
  if (level === featureLevel) return accept(reply);
  const told = new Map(command.nodes?.map((one) => [one.node, one]));
  const nodes = state.activeNodes().map((node) => ({ ...node, ...traitsTold(told.get(node.id)) }));
  const behind = nodesBelow(nodes, level);
  if (behind.length > 0) {
    const verb = behind.length === 1 ? 'does' : 'do';
    return new FlowError('UNSUPPORTED', `${nameNodes(behind)} ${verb} not know feature level ${level}`, {
      hint: `Upgrade ${nameNodes(behind)} first, or remove nodes that are gone for good.`,
    });
  }
  if (featureLevel < 2 && state.moving().length > 0) return unsettled(state.moving().length);
  return accept(reply, [
    { kind: 'globals', globals: { featureLevel: level } },
    ...nodes.filter((node) => told.has(node.id)).map((node): CatalogChange => ({ kind: 'put-node', node })),
  ]);
}

function traitsTold(told: NodeFeatures | undefined): Partial<CatalogNode> {
  if (told === undefined) return {};
  const { node: _, ...traits } = told;
  return traits;
}

/** Copies that a build of level 1 kept do not know all about moves under way, and later levels decide by it. */
function unsettled(moves: number): FlowError {
  return new FlowError('PRECONDITION_FAILED', `${moves} partitions are being moved or repaired`, {
    hint: 'Wait until they are settled: flowmesh-admin cluster status.',
    retryable: true,
  });
}
