/** The refusal of a name that no stream has. */
import { FlowError } from '@flowmesh/base';

export function unknownStream(name: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no stream ${name}`, {
    hint: `Create it: flowmesh stream create ${name}`,
    details: { stream: name },
  });
}
