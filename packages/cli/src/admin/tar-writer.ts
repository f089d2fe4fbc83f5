/** A tar archive (POSIX ustar, regular files only) out of files that are in memory. */
import { FlowError } from '@flowmesh/client';

const BLOCK = 512;
const NAME_BYTES_MAX = 100;
const PREFIX_BYTES_MAX = 155;

export interface TarFile {
  /** Relative, with forward slashes. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** All files with one modification time. INVALID_ARGUMENT for names that ustar cannot hold. */
export function tarArchive(files: readonly TarFile[], modifiedAtMs: number): Buffer {
  const parts: Buffer[] = [];
  for (const { name, content } of files) {
    parts.push(header(name, content.length, modifiedAtMs), Buffer.from(content));
    const rest = content.length % BLOCK;
    if (rest > 0) parts.push(Buffer.alloc(BLOCK - rest));
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}

function header(path: string, size: number, modifiedAtMs: number): Buffer {
  const { prefix, name } = splitName(path);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(modifiedAtMs / 1_000), 11), 136);
  // The checksum counts its own field as spaces.
  block.fill(' ', 148, 156);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148);
  return block;
}

/** Digits of a fixed width with the terminator. */
function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}

/** Long names are split at a slash. */
function splitName(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= NAME_BYTES_MAX) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const prefix = path.slice(0, at);
    const name = path.slice(at + 1);
    if (Buffer.byteLength(prefix) > PREFIX_BYTES_MAX) break;
    if (name !== '' && Buffer.byteLength(name) <= NAME_BYTES_MAX) return { prefix, name };
  }
  throw new FlowError('INVALID_ARGUMENT', `${path} is too long a name for a tar archive`);
}
