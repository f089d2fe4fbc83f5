/**
 * Puts a broken variant in place: when the module it names is loaded, one piece of its source is replaced. The product has no switches
 * for this; its files on disk stay as they are.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((candidate) => candidate.name === name);
  if (mutant === undefined)
    throw new Error(`no mutant ${name}; there are: ${MUTANTS.map((each) => each.name).join(', ')}`);
  return mutant;
}

/** One piece of source text, and what stands in its place. */
export interface Patch {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** How often the text to be replaced occurs in its file: must be once. */
export function occurrences(patch: Patch): number {
  return readFileSync(ROOT + patch.file, 'utf8').split(patch.find).length - 1;
}

export function installMutant(name: string): void {
  installPatch(mutantNamed(name));
}

export function installPatch(patch: Patch): void {
  if (occurrences(patch) !== 1)
    throw new Error(`mutant ${patch.name}: its text does not occur exactly once in ${patch.file}`);
  const url = pathToFileURL(ROOT + patch.file).href;
  registerHooks({
    load(target, context, nextLoad) {
      const loaded = nextLoad(target, context);
      if (target !== url || loaded.source === null || loaded.source === undefined) return loaded;
      const source =
        typeof loaded.source === 'string'
          ? loaded.source
          : Buffer.from(loaded.source as Uint8Array).toString('utf8');
      return { ...loaded, source: source.replace(patch.find, () => patch.replace) };
    },
  });
}
