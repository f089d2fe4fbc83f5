/**
 * The binding's errors as FlowErrors. It tells corruption and a held lock by code; a full disk it tells only in the text that RocksDB
 * takes from the operating system, so this one place reads it.
 */
import { FlowError } from '@flowmesh/base';
import { DISK_HINT } from '../disk-hint.ts';

export type RocksFault = 'DISK_FULL' | 'STORAGE_IO' | 'CORRUPTION' | 'LOCKED';

const FULL = /no space left on device|disk quota exceeded|out of space/i;
const MISSING = /no such file or directory/i;
const CORRUPT = /corruption|checksum|SST file is ahead of WALs|not supported|invalid argument/i;

interface CodedError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

export function faultOf(error: unknown): { readonly fault: RocksFault; readonly message: string } {
  const { code, message, cause } = error as CodedError;
  if (code === 'LEVEL_DATABASE_NOT_OPEN' && cause !== undefined) return faultOf(cause);
  const text = typeof message === 'string' ? message : String(error);
  if (FULL.test(text)) return { fault: 'DISK_FULL', message: text };
  if (code === 'LEVEL_CORRUPTION') return { fault: 'CORRUPTION', message: text };
  if (code === 'LEVEL_LOCKED') return { fault: 'LOCKED', message: text };
  // A file that the database itself lists is gone.
  if (MISSING.test(text)) return { fault: 'CORRUPTION', message: text };
  if (code === 'LEVEL_IO_ERROR') return { fault: 'STORAGE_IO', message: text };
  return { fault: CORRUPT.test(text) ? 'CORRUPTION' : 'STORAGE_IO', message: text };
}

export function flowErrorOf(fault: RocksFault, message: string): FlowError {
  switch (fault) {
    case 'DISK_FULL':
      return new FlowError('DISK_FULL', `the disk is full: ${message}`, {
        hint: 'Free space on the volume of the data directory: a running node resumes writing by itself, one that could not start has to be started again.',
      });
    case 'STORAGE_IO':
      return new FlowError('STORAGE_IO', `the disk failed: ${message}`, {
        hint: DISK_HINT,
      });
    case 'CORRUPTION':
      return new FlowError('CORRUPTION', `stored data are damaged: ${message}`, {
        hint: 'Check the disk and the memory of this node; the other replicas have the data.',
      });
    case 'LOCKED':
      return new FlowError('UNAVAILABLE', 'another process has this data directory open', {
        hint: 'Two nodes never share a directory: stop the other process or choose another directory.',
        retryable: false,
      });
  }
}
