/** Apache Kafka's message definitions as rows that can be compared with ours. They are not part of this repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DefinedField {
  readonly name: string;
  readonly type: string;
  readonly versions: string;
  readonly nullableVersions?: string;
  readonly taggedVersions?: string;
  readonly tag?: number;
  readonly default?: unknown;
  readonly fields?: readonly DefinedField[];
}

export interface Definition {
  readonly apiKey?: number;
  readonly type: string;
  readonly name: string;
  readonly flexibleVersions: string;
  readonly fields: readonly DefinedField[];
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly DefinedField[] }[];
}

/** Later folders go before earlier ones: they know more versions. */
const FOLDERS = ['kafka-4.0', 'kafka-4.2-client'];

/** All definitions by name; undefined, and said so, where FLOWMESH_CONFORMANCE_DIR is unset. */
export function definitions(): ReadonlyMap<string, Definition> | undefined {
  const root = process.env['FLOWMESH_CONFORMANCE_DIR'];
  if (root === undefined || root === '') {
    process.stderr.write('skipped: definitions of kafka-protocol, FLOWMESH_CONFORMANCE_DIR is not set\n');
    return undefined;
  }
  const found = new Map<string, Definition>();
  for (const folder of FOLDERS) {
    const path = join(root, 'kafka-protocol', folder);
    if (!existsSync(path)) throw new Error(`FLOWMESH_CONFORMANCE_DIR has no ${path}`);
    for (const file of readdirSync(path).filter((name) => name.endsWith('.json'))) {
      const definition = parse(readFileSync(join(path, file), 'utf8'));
      found.set(definition.name, definition);
    }
  }
  return found;
}

/** JSON with comments of the form `//`, on lines of their own or behind a value. */
function parse(text: string): Definition {
  const bare = text.replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/([\]},"])\s*\/\/.*$/gm, '$1');
  return JSON.parse(bare) as Definition;
}

/** First and last version; undefined for `none`. */
export function versionsOf(text: string): readonly [number, number] | undefined {
  if (text === 'none') return undefined;
  if (text.endsWith('+')) return [Number.parseInt(text, 10), Number.POSITIVE_INFINITY];
  const [first, last] = text.split('-').map(Number);
  return [first as number, last ?? (first as number)];
}
