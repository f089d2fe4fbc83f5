/**
 * Makes the process that imports it an older build: source text is patched as it is loaded, so that it knows feature level 1 only, and a
 * metadata command of a later level stops it, as nothing of the kind must ever reach it. The files on disk stay as they are.
 */
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './cluster.ts';
import { PATCHED_VERSION } from './older-build.ts';

interface Patch {
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
}

const PATCHES: readonly Patch[] = [
  {
    file: 'packages/engines/src/catalog/features.ts',
    find: 'FEATURES: FeatureRange = { min: 1, max: 3 }',
    replace: 'FEATURES: FeatureRange = { min: 1, max: 1 }',
  },
  {
    file: 'packages/broker/src/version.ts',
    find: 'VERSION: string = manifest.version',
    replace: `VERSION: string = '${PATCHED_VERSION}'`,
  },
  {
    file: 'packages/engines/src/catalog/catalog-machine.ts',
    find: 'const fingerprint = fingerprintOf(command);',
    replace: `if (command.kind === 'finalise-features' || levelOf(command) > 1)
      throw new AssertionError('an older build met the command ' + command.kind);
    const fingerprint = fingerprintOf(command);`,
  },
  {
    file: 'packages/engines/src/catalog/catalog-machine.ts',
    find: "import { FlowError } from '@flowmesh/base';",
    replace: `import { AssertionError, FlowError } from '@flowmesh/base';
import { levelOf } from './catalog-command.ts';`,
  },
];

function patched(url: string, source: string): string {
  let text = source;
  for (const { file, find, replace } of PATCHES) {
    if (pathToFileURL(path.join(ROOT, file)).href !== url) continue;
    if (text.split(find).length !== 2) throw new Error(`'${find}' does not occur exactly once in ${file}`);
    text = text.replace(find, () => replace);
  }
  return text;
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (loaded.source === null || loaded.source === undefined) return loaded;
    if (!PATCHES.some(({ file }) => url.endsWith(file))) return loaded;
    const { source } = loaded;
    const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('utf8');
    return { ...loaded, source: patched(url, text) };
  },
});
