/**
 * A child process that runs seeds as it is told. A broken variant of the product, if one is wanted, is put in place before any of
 * the product is loaded. Promises are drained by hand, so seeds run inside a macrotask.
 */
import { installMutant } from './mutants/hook.ts';
import type { SeedOptions } from './run-seed.ts';

const mutant = process.argv[2];
if (mutant !== undefined && mutant !== '') installMutant(mutant);
const { runSeed } = await import('./run-seed.ts');

process.on('message', (order: SeedOptions) => {
  setImmediate(() => {
    process.send?.(runSeed(order));
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
