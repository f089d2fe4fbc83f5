/** What a command comes to before anything is changed: a list of changes and a reply, or a refusal. */
import { FlowError } from '@flowmesh/base';
import type { CatalogReply } from './catalog-command.ts';
import type { CatalogChange } from './catalog-state.ts';

export type Decision =
  | FlowError
  | { readonly reply: CatalogReply; readonly changes: readonly CatalogChange[] };

export function accept(reply: CatalogReply, changes: readonly CatalogChange[] = []): Decision {
  return { reply, changes };
}

export function precondition(message: string, hint: string): FlowError {
  return new FlowError('PRECONDITION_FAILED', message, { hint });
}
