/** The two ways in which decompression fails. */
import { FlowError } from '@flowmesh/base';

export function tooLarge(name: string, bytesMax: number): FlowError {
  return new FlowError('BATCH_TOO_LARGE', `${name} data decompresses to more than ${bytesMax} bytes`, {
    hint: 'Send smaller batches.',
    details: { bytesMax },
  });
}

export function damaged(name: string, cause: unknown): FlowError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new FlowError('CORRUPT_BATCH', `${name} data cannot be decompressed: ${text}`, { cause });
}
