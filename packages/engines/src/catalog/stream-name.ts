/** Names of streams: bare (`orders`) or a path (`tenant/namespace/orders`), at most 249 characters in all. */
import { FlowError } from '@flowmesh/base';

export const STREAM_NAME_LENGTH_MAX = 249;

const SEGMENT = /^[A-Za-z0-9._-]+$/;

/** Undefined where the name is good. */
export function checkStreamName(name: string): FlowError | undefined {
  const segments = name.split('/');
  if (name.length === 0 || name.length > STREAM_NAME_LENGTH_MAX) {
    return refuse(name, `it has ${name.length} characters; 1 to ${STREAM_NAME_LENGTH_MAX} are allowed`);
  }
  if (segments.length !== 1 && segments.length !== 3) {
    return refuse(name, 'it must be a bare name or tenant/namespace/name');
  }
  for (const segment of segments) {
    if (!SEGMENT.test(segment))
      return refuse(name, 'only letters, digits, dot, underscore and hyphen are allowed');
    if (segment === '.' || segment === '..') return refuse(name, "'.' and '..' mean something else");
  }
  return undefined;
}

function refuse(name: string, why: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `'${name.slice(0, 100)}' is no stream name: ${why}`, {
    hint: 'Use 1 to 249 of A-Z a-z 0-9 . _ -, for instance orders or acme/shop/orders.',
  });
}
