import type { Mutant } from '../../mutants/mutant.ts';

export const KV_MUTANTS: readonly Mutant[] = [];
