/**
 * Makes the node's configuration out of file, environment and flags: merge, parse, check what concerns several keys,
 * freeze. Every fault is one CONFIG_INVALID with the path, where it was written, what is wrong and what to do.
 */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { FlowError } from '@flowmesh/base';
import { checkConfig, type ConfigFault } from './check.ts';
import { configJsonSchema, configSchema, type NodeConfig } from './schema.ts';
import { type Assignment, assign, parseFile, type RawTree, readEnvironment } from './sources.ts';
import { nearestName } from './suggest.ts';

export interface ConfigSources {
  /** Path of the YAML file; without it, environment and flags say all. */
  readonly file?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly flags?: readonly Assignment[];
  /** Reads a text file; for tests. */
  readonly readText?: (path: string) => string;
}

type JsonSchemaNode = {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly items?: JsonSchemaNode;
  /** Of the values of a map by name. */
  readonly additionalProperties?: JsonSchemaNode | boolean;
};

/** The keys that the schema knows at a path. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let at: JsonSchemaNode | undefined = configJsonSchema() as JsonSchemaNode;
  for (const segment of path) {
    if (typeof segment === 'number') {
      at = at?.items;
      continue;
    }
    const others: JsonSchemaNode | boolean | undefined = at?.additionalProperties;
    at = at?.properties?.[String(segment)] ?? (typeof others === 'object' ? others : undefined);
  }
  return Object.keys(at?.properties ?? {});
}

/** Top-level keys that hold a section, and those that hold a value. */
function topLevel(): { readonly sections: readonly string[]; readonly scalars: readonly string[] } {
  const properties = (configJsonSchema() as JsonSchemaNode).properties ?? {};
  const keys = Object.keys(properties);
  const isSection = (key: string) => properties[key]?.properties !== undefined;
  return { sections: keys.filter(isSection), scalars: keys.filter((key) => !isSection(key)) };
}

function unknownKeyFault(path: readonly PropertyKey[], key: string): ConfigFault {
  const known = knownKeys(path);
  const near = nearestName(key, known);
  const place = path.length === 0 ? 'at the top level' : `in ${path.map(String).join('.')}`;
  return {
    path: [...path, key].map(String).join('.'),
    cause: 'unknown key',
    hint: near === undefined ? `Known keys ${place}: ${known.join(', ')}.` : `Did you mean ${near}?`,
  };
}

function faultsOf(issues: readonly z.core.$ZodIssue[]): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      faults.push(...issue.keys.map((key) => unknownKeyFault(issue.path, key)));
      continue;
    }
    const path = issue.path.map(String).join('.');
    const missing = issue.code === 'invalid_type' && issue.message.includes('received undefined');
    faults.push({
      path,
      cause: missing ? 'is missing' : causeOf(issue),
      hint: missing
        ? `Set ${path} in the configuration file or by its FLOWMESH_ variable.`
        : `Correct ${path}.`,
    });
  }
  return faults;
}

/** A key of a map says in an issue of its own what it should be. */
function causeOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

/** The words that set the value at `path`: those of the longest prefix that somebody wrote. */
function originOf(path: string, origins: ReadonlyMap<string, string>, fileName: string | undefined): string {
  const segments = path.split('.');
  for (let length = segments.length; length > 0; length--) {
    const origin = origins.get(segments.slice(0, length).join('.'));
    if (origin !== undefined) return origin;
  }
  return fileName ?? 'no configuration file given';
}

function failure(faults: readonly ConfigFault[], origin: (path: string) => string): FlowError {
  const first = faults[0] as ConfigFault;
  const lines = faults.map((fault) => `${fault.path} (${origin(fault.path)}): ${fault.cause}`);
  return new FlowError('CONFIG_INVALID', lines.join('; '), {
    hint: faults.length === 1 ? first.hint : faults.map((fault) => `${fault.path}: ${fault.hint}`).join(' '),
    details: { path: first.path, origin: origin(first.path), faults: faults.length },
  });
}

function readFileTree(file: string, readText: (path: string) => string): RawTree {
  let text: string;
  try {
    text = readText(file);
  } catch (cause) {
    throw new FlowError('CONFIG_INVALID', `cannot read the configuration file ${file}`, {
      hint: 'Check the path and that this user may read it: flowmesh start --config node.yaml.',
      details: { path: '', origin: file },
      cause,
    });
  }
  return parseFile(text, file);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}

type Examined =
  | { readonly kind: 'valid'; readonly config: NodeConfig }
  | {
      readonly kind: 'faulty';
      readonly faults: readonly ConfigFault[];
      readonly origin: (path: string) => string;
    };

function examine(sources: ConfigSources): Examined {
  const readText = sources.readText ?? ((path: string) => readFileSync(path, 'utf8'));
  const tree = sources.file === undefined ? {} : readFileTree(sources.file, readText);
  const environment = readEnvironment({ variables: sources.environment ?? {}, readText, ...topLevel() });
  const origins = new Map<string, string>();
  for (const assignment of [...environment, ...(sources.flags ?? [])]) {
    assign(tree, assignment);
    origins.set(assignment.path.join('.'), assignment.origin);
  }
  const origin = (path: string) => originOf(path, origins, sources.file);
  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) return { kind: 'faulty', faults: faultsOf(parsed.error.issues), origin };
  const faults = checkConfig(parsed.data);
  if (faults.length > 0) return { kind: 'faulty', faults, origin };
  return { kind: 'valid', config: parsed.data };
}

/** Throws CONFIG_INVALID, naming every fault. */
export function loadConfig(sources: ConfigSources): NodeConfig {
  const examined = examine(sources);
  if (examined.kind === 'faulty') throw failure(examined.faults, examined.origin);
  return deepFreeze(examined.config);
}

/** Every fault with the words that wrote it; empty where the configuration is valid. CONFIG_INVALID where it cannot be read. */
export function examineConfig(sources: ConfigSources): readonly {
  readonly path: string;
  readonly cause: string;
  readonly hint: string;
  readonly origin: string;
}[] {
  const examined = examine(sources);
  if (examined.kind === 'valid') return [];
  return examined.faults.map((fault) => ({ ...fault, origin: examined.origin(fault.path) }));
}
