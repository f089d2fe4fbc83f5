/** Makes the process that imports it a broken build: the one that JEPSEN_BROKEN names, by patching source text as it is loaded. */
import { installPatch } from '../../test/sim/mutants/hook.ts';
import { brokenBuildNamed, patchesOf } from './builds.ts';

const name = process.env['JEPSEN_BROKEN'];

if (name !== undefined) for (const patch of patchesOf(brokenBuildNamed(name))) installPatch(patch);
