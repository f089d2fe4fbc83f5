/** What a command comes to before anything is changed: a list of changes and a reply, or a refusal. */
import { FlowError } from '@flowmesh/base';
import type { CatalogReply } from './catalog-reply.ts';
import type { CatalogChange } from './catalog-state.ts';
import type { CatalogNode } from './catalog-types.ts';

export type Decision =
  | FlowError
  | { readonly reply: CatalogReply; readonly changes: readonly CatalogChange[] };

export function accept(reply: CatalogReply, changes: readonly CatalogChange[] = []): Decision {
  return { reply, changes };
}

export function precondition(message: string, hint: string): FlowError {
  return new FlowError('PRECONDITION_FAILED', message, { hint });
}

export function noGroup(group: number): FlowError {
  return new FlowError('NOT_FOUND', `there is no group ${group}`);
}

export function noNode(node: number): FlowError {
  return new FlowError('NOT_FOUND', `there is no node ${node}`);
}

export function noStream(uuid: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no stream with the uuid ${uuid}`);
}

/** Of a node that was replaced or removed. */
export function goneForEver(node: CatalogNode): FlowError {
  const how = node.state === 'replaced' ? `replaced by node ${node.replacedBy ?? 0}` : 'removed';
  return new FlowError('IDENTITY_MISMATCH', `node ${node.id} was ${how}`, {
    hint: 'Start it with an empty data directory; it then joins as a new node.',
  });
}
