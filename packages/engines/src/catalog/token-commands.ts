/**
 * Join tokens: permissions for new nodes, with a number of uses and an end. The catalog keeps the hash of a token's secret; a newcomer's
 * first contact checks in and hashes what it shows, so that a secret is never in the log. Every use is kept with the directory's uuid,
 * and the same directory may repeat itself.
 */
import { FlowError } from '@flowmesh/base';
import type { CreateJoinToken, RevokeJoinToken, TokenProof } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { JoinToken } from './catalog-types.ts';
import { resolveClusterConfig, CLUSTER_SCOPE } from './cluster-config.ts';
import type { Decision } from './decision.ts';
import { accept, precondition } from './decision.ts';

export const JOIN_TOKENS_MAX = 1_000;
export const JOIN_TOKEN_LIFE_MAX_MS = 30 * 86_400_000;
/** How long an ended token stays to be looked at. */
export const JOIN_TOKEN_KEPT_MS = 7 * 86_400_000;

export type JoinTokenState = 'valid' | 'used' | 'expired' | 'revoked';

export function joinTokenState(token: JoinToken, nowMs: number): JoinTokenState {
  if (token.revoked) return 'revoked';
  if (token.usedBy.length >= token.usesMax) return 'used';
  return token.expiresAtMs <= nowMs ? 'expired' : 'valid';
}

export function createJoinToken(state: CatalogState, command: CreateJoinToken): Decision {
  const { id, secretHash, timeMs, expiresAtMs, usesMax, description } = command;
  if (expiresAtMs <= timeMs || expiresAtMs > timeMs + JOIN_TOKEN_LIFE_MAX_MS) {
    return new FlowError(
      'INVALID_ARGUMENT',
      'a join token must end within 30 days, and not before it begins',
      {
        hint: 'Give a time to live of up to 30 days, for instance 24h.',
      },
    );
  }
  if (state.token(id) !== undefined) {
    return new FlowError('ALREADY_EXISTS', `there is a join token ${id} already`, {
      hint: 'Make another one.',
    });
  }
  const kept = state.tokens();
  const pruned = prunedTokens(kept, timeMs);
  if (kept.length - pruned.length >= JOIN_TOKENS_MAX) {
    return precondition(
      `there are ${JOIN_TOKENS_MAX} join tokens`,
      'Revoke some that are not needed: flowmesh-admin join-token list.',
    );
  }
  const token: JoinToken = {
    id,
    secretHash,
    createdAtMs: timeMs,
    expiresAtMs,
    usesMax,
    usedBy: [],
    description,
    revoked: false,
  };
  const changes = pruned.map((old): CatalogChange => ({ kind: 'remove-token', id: old.id }));
  return accept({ kind: 'join-token-created', id }, [...changes, { kind: 'put-token', token }]);
}

/** Those that ended long ago, and where there is no room for one more, the oldest that are of no use any more. */
function prunedTokens(kept: readonly JoinToken[], nowMs: number): readonly JoinToken[] {
  const old = kept.filter((token) => token.expiresAtMs + JOIN_TOKEN_KEPT_MS <= nowMs);
  const excess = kept.length - old.length + 1 - JOIN_TOKENS_MAX;
  if (excess <= 0) return old;
  const ended = kept.filter((token) => !old.includes(token) && joinTokenState(token, nowMs) !== 'valid');
  return [...old, ...ended.slice(0, excess)];
}

export function revokeJoinToken(state: CatalogState, command: RevokeJoinToken): Decision {
  const token = state.token(command.id);
  if (token === undefined) {
    return new FlowError('NOT_FOUND', `there is no join token ${command.id}`, {
      hint: 'See flowmesh-admin join-token list.',
    });
  }
  const reply = { kind: 'join-token-revoked', id: token.id } as const;
  return accept(reply, token.revoked ? [] : [{ kind: 'put-token', token: { ...token, revoked: true } }]);
}

export interface Newcomer {
  readonly uuid: string;
  readonly token: TokenProof | undefined;
  readonly timeMs: number;
}

/** The use of the token, or why the newcomer may not join. */
export function admitNewcomer(state: CatalogState, newcomer: Newcomer): readonly CatalogChange[] | FlowError {
  if (!resolveClusterConfig(state.config(CLUSTER_SCOPE)).joinTokenRequired) return [];
  const { uuid, token: shown, timeMs } = newcomer;
  if (shown === undefined)
    return unauthenticated('the node shows no join token, and this cluster requires one');
  const token = state.token(shown.id);
  if (token === undefined || token.secretHash !== shown.secretHash)
    return unauthenticated('the join token of the node is not one of this cluster');
  if (token.usedBy.includes(uuid)) return [];
  switch (joinTokenState(token, timeMs)) {
    case 'revoked':
      return unauthenticated(`join token ${token.id} was revoked`);
    case 'used':
      return unauthenticated(`join token ${token.id} was used as often as it may be (${token.usesMax})`);
    case 'expired':
      return unauthenticated(`join token ${token.id} expired`);
    case 'valid':
      return [{ kind: 'put-token', token: { ...token, usedBy: [...token.usedBy, uuid] } }];
  }
}

function unauthenticated(message: string): FlowError {
  return new FlowError('UNAUTHENTICATED', message, {
    hint: 'Make a token with flowmesh-admin join-token create, and give it to the node in cluster.joinToken.',
  });
}
