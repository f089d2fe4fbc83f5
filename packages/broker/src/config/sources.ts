/**
 * Where configuration values come from: the YAML file, the environment, flags. Each source becomes a tree of raw
 * values and a record of which words the user wrote for each path, so that an error can point at them.
 * A later source wins: file < environment < flags.
 */
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { FlowError } from '@flowmesh/base';
import { nearestName } from './suggest.ts';

export type RawTree = { [key: string]: unknown };

/** One value with the words that set it (`FLOWMESH_LOG__LEVEL`, `--log-level`). */
export interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: string;
}

const PREFIX = 'FLOWMESH_';
/** Keys that hold lists: their text in environment and flags is split. */
const LIST_PATHS: ReadonlySet<string> = new Set(['cluster.seeds', 'cluster.initialMembers']);

function invalid(path: string, cause: string, hint: string): FlowError {
  return new FlowError('CONFIG_INVALID', `${path}: ${cause}`, { hint, details: { path } });
}

function isTree(value: unknown): value is RawTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The file's tree. `name` is what errors call the file. */
export function parseFile(text: string, name: string): RawTree {
  let document: unknown;
  try {
    document = parseYaml(text, { prettyErrors: true, maxAliasCount: 32 });
  } catch (cause) {
    const at = cause instanceof YAMLParseError ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new FlowError('CONFIG_INVALID', `${name}: not valid YAML: ${at}`, {
      hint: 'Correct the file; indentation must be spaces, and every key needs a colon and a space after it.',
      details: { path: '' },
      cause,
    });
  }
  if (document === null || document === undefined) return {};
  if (!isTree(document))
    throw invalid(name, 'the file must hold keys and values', 'Begin with a section such as `cluster:`.');
  return document;
}

/** `DATA_DIR` → `dataDir`. */
function camelCase(segment: string): string {
  return segment.toLowerCase().replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function listText(path: string, text: string): unknown {
  if (!LIST_PATHS.has(path)) return text;
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) {
    try {
      return parseYaml(trimmed, { maxAliasCount: 32 });
    } catch (cause) {
      throw new FlowError('CONFIG_INVALID', `${path}: not a list`, {
        hint: 'Write it as JSON or YAML, for instance ["host:50052"].',
        details: { path },
        cause,
      });
    }
  }
  return trimmed === '' ? [] : trimmed.split(',').map((item) => item.trim());
}

function assignment(path: readonly string[], text: string, origin: string): Assignment {
  return { path, value: listText(path.join('.'), text), origin };
}

interface EnvironmentReader {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Reads a secret named by a `_FILE` variable. */
  readonly readText: (path: string) => string;
  /** The schema's top-level sections and top-level scalars. */
  readonly sections: readonly string[];
  readonly scalars: readonly string[];
}

function readSecret(name: string, file: string, readText: (path: string) => string): string {
  try {
    return readText(file).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new FlowError('CONFIG_INVALID', `${name}: cannot read ${file}`, {
      hint: 'The variable must name a file that this process may read.',
      details: { path: name },
      cause,
    });
  }
}

/** Variables without `__` that name no top-level scalar belong to other programs, unless they look like a slip. */
function isForeign(name: string, key: string, reader: EnvironmentReader): boolean {
  if (name.includes('__') || reader.scalars.includes(camelCase(key))) return false;
  const section = reader.sections.find((candidate) =>
    key.toLowerCase().startsWith(`${candidate.toLowerCase()}_`),
  );
  if (section === undefined) return true;
  const rest = key.slice(section.length + 1);
  throw invalid(
    name,
    'unknown variable',
    `Nesting is written with two underscores: ${PREFIX}${section.toUpperCase()}__${rest}.`,
  );
}

/** What the environment sets, in the order of the variables' names. */
export function readEnvironment(reader: EnvironmentReader): readonly Assignment[] {
  const assignments: Assignment[] = [];
  for (const name of Object.keys(reader.variables).sort()) {
    const value = reader.variables[name];
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    const fromFile = name.endsWith('_FILE');
    const key = name.slice(PREFIX.length, fromFile ? -'_FILE'.length : undefined);
    if (key === '' || isForeign(name, key, reader)) continue;
    const path = key.split('__').map(camelCase);
    const first = path[0] as string;
    if (!reader.sections.includes(first) && !reader.scalars.includes(first)) {
      const near = nearestName(first, [...reader.sections, ...reader.scalars]);
      const hint =
        near === undefined
          ? `Sections are ${reader.sections.join(', ')}.`
          : `Did you mean the section ${near}?`;
      throw invalid(name, `unknown section ${first}`, hint);
    }
    assignments.push(assignment(path, fromFile ? readSecret(name, value, reader.readText) : value, name));
  }
  return assignments;
}

/** `log.level=debug`, as `--set` takes it. */
export function parseSetFlag(text: string): Assignment {
  const at = text.indexOf('=');
  const path = at <= 0 ? '' : text.slice(0, at);
  if (!/^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/.test(path)) {
    throw invalid(
      '--set',
      `cannot read "${text}"`,
      'Write --set section.key=value, for instance --set log.level=debug.',
    );
  }
  return assignment(path.split('.'), text.slice(at + 1), `--set ${path}`);
}

export function flagAssignment(path: string, value: string, origin: string): Assignment {
  return assignment(path.split('.'), value, origin);
}

/** Sets a value in the tree, replacing what an earlier source put there. */
export function assign(tree: RawTree, { path, value, origin }: Assignment): void {
  let at = tree;
  for (const segment of path.slice(0, -1)) {
    const below = Object.hasOwn(at, segment) ? at[segment] : undefined;
    if (isTree(below)) {
      at = below;
    } else if (below === undefined || below === null) {
      const created: RawTree = {};
      at[segment] = created;
      at = created;
    } else {
      throw invalid(
        path.join('.'),
        `${origin} sets a key below ${segment}, which is a value`,
        `Remove ${origin}, or make ${segment} a section.`,
      );
    }
  }
  at[path.at(-1) as string] = value;
}
