/**
 * `npm run prove -- NAME [--option value …]`: runs one proof with real processes, prints what happened and the figures, and
 * exits 1 if a promise was broken.
 */
import { parseArgs } from 'node:util';
import { CLUSTER_PROOFS } from './proofs/cluster-proofs.ts';
import { ENGINE_PROOFS } from './proofs/engine-proofs.ts';
import { KAFKA_PROOFS } from './proofs/kafka-proofs.ts';
import { LOG_PROOFS } from './proofs/log-proofs.ts';
import type { Proof } from './proofs/proof.ts';

const PROOFS: Readonly<Record<string, Proof>> = {
  ...LOG_PROOFS,
  ...CLUSTER_PROOFS,
  ...ENGINE_PROOFS,
  ...KAFKA_PROOFS,
};

async function main(): Promise<number> {
  const [name, ...rest] = process.argv.slice(2);
  const proof = name === undefined ? undefined : PROOFS[name];
  if (proof === undefined) {
    console.error(`usage: npm run prove -- NAME [--option value]\n`);
    for (const [known, { what, defaults }] of Object.entries(PROOFS)) {
      console.error(
        `  ${known}: ${what}\n    ${Object.entries(defaults)
          .map(([option, value]) => `--${option} ${value}`)
          .join(' ')}`,
      );
    }
    return 2;
  }
  const { values } = parseArgs({
    args: rest,
    options: Object.fromEntries(
      Object.entries(proof.defaults).map(([option, value]) => [
        option,
        { type: 'string' as const, default: value },
      ]),
    ),
  });
  const broken = await proof.run(values as Record<string, string>);
  if (broken === 'skipped') {
    console.log(`${name}: skipped`);
    return 0;
  }
  for (const promise of broken) console.error(`BROKEN: ${promise}`);
  console.log(
    broken.length === 0 ? `${name}: all promises kept` : `${name}: ${broken.length} promises broken`,
  );
  return broken.length === 0 ? 0 : 1;
}

// Interrupted, it still runs what is to be done at the end, such as unmounting.
process.once('SIGINT', () => process.exit(130));
process.exitCode = await main();
