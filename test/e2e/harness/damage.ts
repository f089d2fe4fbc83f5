/** Damage to the files of a stopped node's data directory: one bit flipped, a tail cut off, or the file gone. */
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const FILE_KINDS = [
  'wal',
  'sst',
  'manifest',
  'current',
  'options',
  'rocks-identity',
  'lock',
  'reserve',
  'watermark',
  'manifest-mark',
  'identity',
] as const;

export type FileKind = (typeof FILE_KINDS)[number];

export type Injury =
  /** One bit, at a share (0 … 1) of the file's length. */
  | { readonly kind: 'flip'; readonly at: number }
  /** Only this share of the file is left. */
  | { readonly kind: 'cut'; readonly to: number }
  | { readonly kind: 'remove' };

export interface DataFile {
  readonly kind: FileKind;
  readonly path: string;
  readonly bytes: number;
}

function kindOf(name: string): FileKind | undefined {
  if (name.endsWith('.log')) return 'wal';
  if (name.endsWith('.sst')) return 'sst';
  if (name.startsWith('MANIFEST-')) return 'manifest';
  if (name.startsWith('OPTIONS-')) return 'options';
  switch (name) {
    case 'CURRENT':
      return 'current';
    case 'IDENTITY':
      return 'rocks-identity';
    case 'LOCK':
      return 'lock';
    case 'reserve':
      return 'reserve';
    case 'watermark':
      return 'watermark';
    case 'manifest':
      return 'manifest-mark';
    case 'identity.json':
      return 'identity';
  }
  return undefined;
}

/** What a replacement of a small file leaves behind that was cut short, ours or RocksDB's; nobody reads it. */
function isUnfinished(name: string): boolean {
  return name.endsWith('.next') || name.endsWith('.dbtmp');
}

/** Every file of the directory that is read, the largest of a kind first. A file of unknown kind is an error: it would go untested. */
export function filesOf(dataDir: string): readonly DataFile[] {
  const found: DataFile[] = [];
  for (const name of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(dataDir, name);
    const stats = statSync(file);
    if (!stats.isFile() || isUnfinished(name)) continue;
    const kind = kindOf(path.basename(name));
    if (kind === undefined) throw new Error(`${name} is of no known kind`);
    found.push({ kind, path: file, bytes: stats.size });
  }
  return found.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

export function injuryName(injury: Injury): string {
  switch (injury.kind) {
    case 'flip':
      return `one bit flipped at ${Math.round(injury.at * 100)} %`;
    case 'cut':
      return `cut to ${Math.round(injury.to * 100)} %`;
    case 'remove':
      return 'removed';
  }
}

/** False where there is nothing to damage: an empty file has no bit and no tail. */
export function injure(file: DataFile, injury: Injury): boolean {
  switch (injury.kind) {
    case 'flip': {
      if (file.bytes === 0) return false;
      const contents = readFileSync(file.path);
      const at = Math.min(Math.floor(contents.length * injury.at), contents.length - 1);
      contents[at] = (contents[at] as number) ^ 0x10;
      writeFileSync(file.path, contents);
      return true;
    }
    case 'cut':
      if (file.bytes === 0) return false;
      truncateSync(file.path, Math.floor(file.bytes * injury.to));
      return true;
    case 'remove':
      rmSync(file.path);
      return true;
  }
}
