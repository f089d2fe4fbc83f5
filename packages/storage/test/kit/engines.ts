/** Engines that tests run on: each can be restarted over the same data, and leaves nothing behind. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KvEngine, MemoryEngine, RocksEngine } from '../../src/index.ts';

export interface EngineHome {
  /** Opens the engine, or opens it again after closing it. */
  start(): Promise<KvEngine>;
  dispose(): Promise<void>;
}

export async function memoryHome(): Promise<EngineHome> {
  const engine = new MemoryEngine();
  return Promise.resolve({ start: () => Promise.resolve(engine), dispose: () => engine.close() });
}

export async function rocksHome(): Promise<EngineHome> {
  const dir = await mkdtemp(join(tmpdir(), 'flowmesh-storage-'));
  let engine: KvEngine | undefined;
  return {
    start: async () => {
      await engine?.close();
      engine = await RocksEngine.open(dir, { disk: { reserveBytes: 0 } });
      return engine;
    },
    dispose: async () => {
      await engine?.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export const ENGINE_HOMES: readonly (readonly [name: string, make: () => Promise<EngineHome>])[] = [
  ['memory', memoryHome],
  ['RocksDB', rocksHome],
];
