/** The calls of `flowmesh.v1.Cluster` about nodes and join tokens. */
import type { flowmesh } from '@flowmesh/proto';
import type { JoinTokens } from '../../services/cluster/join-tokens.ts';
import type { NodeAdmin, NodeStep } from '../../services/cluster/node-admin.ts';
import type { CallContext } from './calls.ts';
import { wireNodeStatus } from './cluster-wire.ts';
import type { Sent } from './cluster-wire.ts';
import * as check from './request-checks.ts';

const DAY_MS = 86_400_000;
const TOKEN_LIFE_MAX_MS = 30 * DAY_MS;
const TOKEN_USES_MAX = 1_000;
const TOKEN_DESCRIPTION_CHARS_MAX = 200;
const TOKEN_ID = /^[0-9a-f]{16}$/;

export async function listNodes(
  nodes: NodeAdmin,
  request: Sent<'ListNodesRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.ListNodesResponse.$Properties> {
  const found = await nodes.list(caller, request.includeGone);
  return { nodes: found.map(wireNodeStatus) };
}

/** Drain, undrain, decommission and remove are one call with another step. */
export async function changeNode(
  nodes: NodeAdmin,
  step: NodeStep,
  request: Sent<'NodeModeRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.NodeModeResponse.$Properties> {
  const { force, dryRun } = request;
  const changed = await nodes.change({
    step,
    node: check.node(request.node),
    force,
    dryRun,
    caller,
    requestId: check.requestId(request.requestId),
    signal,
  });
  return {
    node: wireNodeStatus(changed.load),
    leaders: changed.leadersLeft,
    replicas: changed.replicasLeft,
    warnings: [...changed.warnings],
  };
}

export async function createJoinToken(
  tokens: JoinTokens,
  request: Sent<'CreateJoinTokenRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.CreateJoinTokenResponse.$Properties> {
  const { id, token, expiresAtMs } = await tokens.create({
    ttlMs: check.orDefault(request.ttlMs, 'ttl_ms', {
      min: 1_000,
      max: TOKEN_LIFE_MAX_MS,
      otherwise: DAY_MS,
    }),
    uses: check.orDefault(request.uses, 'uses', { min: 1, max: TOKEN_USES_MAX, otherwise: 1 }),
    description: check.text(request.description, 'description', { min: 0, max: TOKEN_DESCRIPTION_CHARS_MAX }),
    caller,
    requestId: check.requestId(request.requestId),
    signal,
  });
  return { id, token, expiresAtMs };
}

export async function listJoinTokens(
  tokens: JoinTokens,
  _request: Sent<'ListJoinTokensRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.ListJoinTokensResponse.$Properties> {
  return {
    tokens: tokens.list(caller).map(({ token, state }) => ({
      id: token.id,
      createdAtMs: token.createdAtMs,
      expiresAtMs: token.expiresAtMs,
      usesMax: token.usesMax,
      usedBy: [...token.usedBy],
      description: token.description,
      state,
    })),
  };
}

export async function revokeJoinToken(
  tokens: JoinTokens,
  request: Sent<'RevokeJoinTokenRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.RevokeJoinTokenResponse.$Properties> {
  if (!TOKEN_ID.test(request.id))
    throw check.invalid(
      'id',
      'is no token id: 16 hexadecimal digits, as `flowmesh-admin join-token list` shows',
    );
  await tokens.revoke({ id: request.id, caller, requestId: check.requestId(request.requestId), signal });
  return {};
}
