/** How administration reaches the cluster: any node, one node by its address, or every node with what each of them answered. */
import type { FlowError } from '@flowmesh/base';
import type { ClusterClient } from '@flowmesh/proto';
import { CALL_ATTEMPT_MS, EVERY_NODE_CONCURRENCY } from '../limits.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { asFlowError } from '../wire/errors.ts';
import { type CallLimits, callUnary, type UnaryMethod } from '../wire/node-connection.ts';

/** What one node answered when all were asked. */
export type NodeAnswer<T> =
  | { readonly kind: 'answered'; readonly node: number; readonly address: string; readonly value: T }
  | { readonly kind: 'failed'; readonly node: number; readonly address: string; readonly error: FlowError };

/** Picks a method of the Cluster service. */
type Pick<Req, Res> = (client: ClusterClient) => UnaryMethod<Req, Res>;

/** Any node, the next where one does not answer. Safe for reads, and for mutations with a request id. */
export function askAny<Req, Res>(
  deps: LeaderCallDeps,
  options: CallOptions,
  pick: Pick<Req, Res>,
  request: Req,
): Promise<Res> {
  return deps.router.callAny(options, (connection, limits) =>
    callUnary(pick(connection.cluster).bind(connection.cluster), request, limits),
  );
}

/** Exactly this node, once. */
export function askNode<Req, Res>(
  deps: LeaderCallDeps,
  limits: CallLimits,
  pick: Pick<Req, Res>,
  request: Req,
): Promise<Res> {
  const { cluster } = deps.pool.get(limits.address);
  return callUnary(pick(cluster).bind(cluster), request, limits);
}

/** Every node that the cluster knows, a few at a time, each once; ascending by node. A node that fails hides no other. */
export async function askEvery<Req, Res>(
  deps: LeaderCallDeps,
  options: CallOptions,
  pick: Pick<Req, Res>,
  request: Req,
): Promise<readonly NodeAnswer<Res>[]> {
  const { nodes } = await deps.router.metadata([], options);
  const waiting = [...nodes].sort((a, b) => b.id - a.id);
  const answers: NodeAnswer<Res>[] = [];
  const timeoutMs = options.timeoutMs ?? CALL_ATTEMPT_MS;
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { id, address } = next;
      try {
        const limits = { address, timeoutMs, signal: options.signal };
        const value = await askNode(deps, limits, pick, request);
        answers.push({ kind: 'answered', node: id, address, value });
      } catch (failure) {
        const error = asFlowError(failure);
        if (error.code === 'CANCELLED') throw error;
        answers.push({ kind: 'failed', node: id, address, error });
      }
    }
  };
  await Promise.all(Array.from({ length: EVERY_NODE_CONCURRENCY }, worker));
  return answers.sort((a, b) => a.node - b.node);
}

/** 0 and the empty text are how the wire says that there is none. */
export function present<T extends number | string>(value: T | undefined | null): T | undefined {
  return value === undefined || value === null || value === 0 || value === '' ? undefined : value;
}
