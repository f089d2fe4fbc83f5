/** The refusal of a name that no stream, queue or bucket has. */
import { FlowError } from '@flowmesh/base';
import type { ResourceKind } from '@flowmesh/engines';

export function unknownResource(kind: ResourceKind, name: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no ${kind} ${name}`, {
    ...createHint(kind, name),
    details: { [kind]: name },
  });
}

function createHint(kind: ResourceKind, name: string): { readonly hint?: string } {
  switch (kind) {
    case 'stream':
    case 'queue':
      return { hint: `Create it: flowmesh ${kind} create ${name}` };
    case 'bucket':
      return { hint: `Create it: flowmesh kv create ${name}` };
    case 'coordinator':
      // The cluster makes them by itself.
      return {};
  }
}

export function unknownStream(name: string): FlowError {
  return unknownResource('stream', name);
}
