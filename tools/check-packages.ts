/**
 * `npm run check:packages`: builds what is published and looks at it as users do: publint and arethetypeswrong, types against a strict
 * program, and a test broker, in memory and on disk, with a worker of its jobs, made of nothing but the built packages. Exits 1 where one of
 * them complains.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildPackages, packageDir, PUBLISH_DIR } from './build-packages.ts';

const bin = path.resolve(import.meta.dirname, '..', 'node_modules', '.bin');
/** What users install themselves; the others come with these. */
const FACES = ['client', 'testing'];
const STEP_TIMEOUT_MS = 120_000;

/** What a user of both packages might write. */
const PROGRAM = `
import { connect, type FlowMesh } from '@flowmesh/client';
import { startBroker, type TestBroker } from '@flowmesh/testing';

async function roundTrip(memory: boolean): Promise<string> {
  await using broker: TestBroker = await startBroker({ memory });
  const mesh: FlowMesh = await connect({ endpoints: broker.endpoints });
  await mesh.streams.create({ name: 'orders' });
  await mesh.producer().send({ stream: 'orders', value: 'published' });
  const texts: string[] = [];
  for await (const record of mesh.consume({ stream: 'orders', from: 'earliest', count: 1 })) {
    texts.push(new TextDecoder().decode(record.value));
  }
  await mesh.queues.create({ name: 'emails' });
  await mesh.queues.enqueue('emails', { payload: 'published' });
  const worker = mesh.worker('emails', () => void worker.close());
  await worker.done;
  await mesh.close();
  return texts.join();
}

// The thread that extends leases is started from what was built.
process.on('warning', (warning) => {
  if (warning.name === 'FlowMeshWorker') throw warning;
});

for (const memory of [true, false]) {
  const text: string = await roundTrip(memory);
  if (text !== 'published') throw new Error('read ' + text);
}
`;

function step(name: string, command: readonly string[], cwd: string = PUBLISH_DIR): boolean {
  const [program, ...args] = command;
  const result = spawnSync(program as string, args, { cwd, encoding: 'utf8', timeout: STEP_TIMEOUT_MS });
  const ok = result.status === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
  if (!ok) console.log(`${result.stdout}${result.stderr}${result.error?.message ?? ''}`);
  return ok;
}

function main(): boolean {
  buildPackages();
  const results = FACES.flatMap((name) => [
    step(`publint ${name}`, [path.join(bin, 'publint'), 'run', packageDir(name), '--strict']),
    step(`types of ${name}`, [path.join(bin, 'attw'), '--pack', packageDir(name), '--profile', 'esm-only']),
  ]);
  writeFileSync(path.join(PUBLISH_DIR, 'package.json'), '{ "type": "module", "private": true }\n');
  writeFileSync(path.join(PUBLISH_DIR, 'program.ts'), PROGRAM);
  const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, types: ['node'] };
  writeFileSync(
    path.join(PUBLISH_DIR, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['program.ts'] }),
  );
  results.push(step('a strict program', [path.join(bin, 'tsc'), '-p', '.']));
  results.push(step('a broker made of the packages', [process.execPath, 'program.js']));
  return results.every(Boolean);
}

process.exitCode = main() ? 0 : 1;
