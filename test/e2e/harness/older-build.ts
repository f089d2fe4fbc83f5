/**
 * Builds that know less than this one, to run beside it. Two kinds:
 *
 *   released  the real source of an earlier state of this repository, out of its history, with today's dependencies
 *   patched   this source tree, told while it is loaded that it knows feature level 1 only; older-build-hook.ts does that
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MAIN, type Program, ROOT } from './cluster.ts';

/** The last state of the repository that knew feature level 1 only, and did not know that there are levels. */
const LEVEL_1_COMMIT = '1154915';

/** What the patched build says of itself. */
export const PATCHED_VERSION = '0.0.9';

export const PATCHED_BUILD: Program = {
  nodeFlags: ['--import', pathToFileURL(path.join(import.meta.dirname, 'older-build-hook.ts')).href],
  main: MAIN,
};

export interface OlderBuild extends Disposable {
  /** Undefined where the history is not here, as in a shallow clone. */
  readonly program: Program | undefined;
}

/** `released` is unpacked into a folder of its own, which is gone afterwards. */
export function olderBuild(kind: string): OlderBuild {
  if (kind === 'patched') return { program: PATCHED_BUILD, [Symbol.dispose]: () => undefined };
  if (kind !== 'released') throw new Error(`--older is released or patched, not ${kind}`);
  if (!inHistory()) return { program: undefined, [Symbol.dispose]: () => undefined };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-older-'));
  return {
    program: unpack(folder),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function unpack(folder: string): Program {
  const archive = execFileSync('git', ['archive', LEVEL_1_COMMIT, 'packages'], {
    cwd: ROOT,
    maxBuffer: 256 * 1024 * 1024,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  linkDependencies(folder);
  return { nodeFlags: [], main: path.join(folder, 'packages', 'broker', 'src', 'main.ts') };
}

function inHistory(): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${LEVEL_1_COMMIT}^{commit}`], { cwd: ROOT, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Everything that is installed here, but the packages of the repository from `folder` itself. */
function linkDependencies(folder: string): void {
  const installed = path.join(ROOT, 'node_modules');
  const modules = path.join(folder, 'node_modules');
  const own = path.join(modules, '@flowmesh');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name !== '@flowmesh') symlinkSync(path.join(installed, name), path.join(modules, name));
  }
  for (const name of readdirSync(path.join(folder, 'packages'))) {
    const home = path.join(folder, 'packages', name);
    if (existsSync(path.join(home, 'package.json'))) symlinkSync(home, path.join(own, name));
  }
}
