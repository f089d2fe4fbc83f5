/**
 * House style as a test: the floor table, rooms of the broker, file sizes, banned calls and names. It reads sources as
 * text and needs nothing built.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** What each package may import. A package that is not here may not exist. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  proto: ['base'],
  raft: ['base'],
  engines: ['base'],
  kafka: ['base'],
  compression: ['base', 'kafka'],
  storage: ['base', 'raft'],
  broker: ['base', 'proto', 'raft', 'engines', 'kafka', 'compression', 'storage'],
  client: ['base', 'proto', 'kafka', 'compression'],
  cli: ['base', 'kafka', 'compression', 'client', 'broker'],
  testing: ['base', 'client', 'broker'],
};

/** Packages without I/O, clock or randomness. */
const PURE = ['base', 'raft', 'engines', 'kafka'];

/** Rooms of the broker, lowest first: a room imports itself and rooms below it. */
const BROKER_ROOMS = [
  'config',
  'observability',
  'transport',
  'replica',
  'services',
  'cluster',
  'gateways',
  'top',
];
/** Small faces that rooms above may use although they skip a floor, and the reason. */
const GATEWAY_BANNED_ROOMS = ['replica', 'transport', 'cluster'];

const FILE_LINES_MAX = 600;

interface Source {
  readonly file: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly string[];
}

function listFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${path.sep}gen${path.sep}`))
    .sort();
}

function read(file: string): Source {
  const text = readFileSync(file, 'utf8');
  const imports = [...text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)'([^']+)'/gm)].map(
    (match) => match[1] as string,
  );
  return { file: path.relative(root, file), text, lines: text.split('\n').length, imports };
}

const packages = readdirSync(path.join(root, 'packages')).sort();
const sources = packages.flatMap((name) => listFiles(path.join(root, 'packages', name, 'src')).map(read));

function packageOf(file: string): string {
  return file.split(path.sep)[1] as string;
}

function roomOf(file: string): string {
  const inside = path.relative(path.join('packages', 'broker', 'src'), file).split(path.sep);
  return inside.length === 1 ? 'top' : (inside[0] as string);
}

describe('the house', () => {
  it('has a floor for every package', () => {
    expect(packages).toEqual(Object.keys(FLOORS).sort());
  });

  it('imports point downward only, by package name, and are declared', () => {
    const faults: string[] = [];
    for (const source of sources) {
      const owner = packageOf(source.file);
      const manifest = JSON.parse(
        readFileSync(path.join(root, 'packages', owner, 'package.json'), 'utf8'),
      ) as {
        dependencies?: Record<string, string>;
      };
      for (const target of source.imports) {
        if (target.startsWith('@flowmesh/')) {
          const name = target.slice('@flowmesh/'.length).split('/')[0] as string;
          if (!(FLOORS[owner] as readonly string[]).includes(name))
            faults.push(`${source.file} imports ${target}`);
        }
        if (target.startsWith('.')) {
          const resolved = path.relative(root, path.resolve(root, path.dirname(source.file), target));
          if (packageOf(resolved) !== owner) faults.push(`${source.file} reaches into ${resolved}`);
        } else if (!target.startsWith('node:')) {
          const parts = target.split('/');
          const name = target.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
          if (manifest.dependencies?.[name] === undefined)
            faults.push(`${source.file} imports undeclared ${name}`);
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it('keeps the rooms of the broker in order', () => {
    const faults: string[] = [];
    for (const source of sources.filter((candidate) => packageOf(candidate.file) === 'broker')) {
      const room = roomOf(source.file);
      const level = BROKER_ROOMS.indexOf(room);
      if (level < 0) faults.push(`${source.file} stands in an unknown room`);
      for (const target of source.imports.filter((candidate) => candidate.startsWith('.'))) {
        const resolved = path.relative(root, path.resolve(root, path.dirname(source.file), target));
        const other = roomOf(resolved);
        if (BROKER_ROOMS.indexOf(other) > level) faults.push(`${source.file} imports upward: ${resolved}`);
        if (room === 'gateways' && GATEWAY_BANNED_ROOMS.includes(other))
          faults.push(`${source.file} goes past the services: ${resolved}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('keeps pure packages free of clock, timers, randomness and Node', () => {
    const banned =
      /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|process\.|performance\.)|from 'node:/;
    const faults = sources.filter(
      (source) => PURE.includes(packageOf(source.file)) && banned.test(source.text),
    );
    expect(faults.map((source) => source.file)).toEqual([]);
  });

  it('starts a short command without loading the node', () => {
    const faults = sources.filter(
      ({ file, text }) =>
        packageOf(file) === 'cli' && /^import (?!type)[^;]* from '@flowmesh\/broker'/m.test(text),
    );
    expect(faults.map((source) => source.file)).toEqual([]);
  });

  it('writes RocksDB only through synced batches of the writer', () => {
    const faults = sources.filter(
      (source) => source.imports.includes('@nxtedition/rocksdb') && /\bdb\.(put|del)\(/.test(source.text),
    );
    expect(faults.map((source) => source.file)).toEqual([]);
    const users = sources
      .filter((source) => source.imports.includes('@nxtedition/rocksdb'))
      .map((source) => packageOf(source.file));
    expect([...new Set(users)].every((name) => name === 'storage')).toBe(true);
  });

  it('has files that one can read, each with a header that says what it is for', () => {
    const long = sources
      .filter((source) => source.lines > FILE_LINES_MAX)
      .map((source) => `${source.file}: ${source.lines}`);
    expect(long).toEqual([]);
    const headless = sources.filter(
      (source) => !source.file.endsWith('index.ts') && !source.text.replace(/^#!.*\n/, '').startsWith('/**'),
    );
    expect(headless.map((source) => source.file)).toEqual([]);
  });

  it('names files after what they are', () => {
    const faults = sources.filter((source) => {
      const name = path.basename(source.file);
      return !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name) || /^(utils?|helpers?|common|misc)\.ts$/.test(name);
    });
    expect(faults.map((source) => source.file)).toEqual([]);
  });

  it('has tests that wait for conditions, never for time, and skip nothing silently', () => {
    const tests = [
      ...packages.map((name) => path.join(root, 'packages', name, 'test')),
      path.join(root, 'test'),
    ]
      .flatMap((dir) => {
        try {
          return listFiles(dir);
        } catch {
          return [];
        }
      })
      .map(read)
      .filter((source) => !source.file.endsWith('tidy.test.ts'));
    const faults = tests.filter((source) => /\.only\(|@ts-ignore|\bxit\(/.test(source.text));
    expect(faults.map((source) => source.file)).toEqual([]);
  });
});
