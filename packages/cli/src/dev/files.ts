/** Files of the development cluster, written so that a reader sees the old or the new content and never half of it. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { EndpointsFile } from '../connection/endpoints.ts';
import type { DevPlan } from './plan.ts';
import { recordFile } from './plan.ts';

const LOG_BYTES_KEPT = 32 * 1024 * 1024;

export function endpointsFile(dataDir: string): string {
  return path.join(dataDir, 'endpoints.json');
}

export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w');
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

/** Folders, `dev.json` and the configuration of every node. */
export function writePlan(plan: DevPlan): void {
  mkdirSync(plan.dataDir, { recursive: true });
  writeAtomically(recordFile(plan.dataDir), `${JSON.stringify(plan.record, undefined, 2)}\n`);
  for (const node of plan.nodes) {
    writeAtomically(node.configFile, node.config);
    keepLogSmall(node.logFile);
  }
}

export function writeEndpoints(plan: DevPlan, pids: ReadonlyMap<number, number>): void {
  const content: EndpointsFile = {
    supervisorPid: process.pid,
    nodes: plan.nodes.map((node) => ({
      id: node.id,
      pid: pids.get(node.id) ?? 0,
      grpc: node.grpc,
      kafka: node.kafka,
      http: node.http,
    })),
  };
  writeAtomically(endpointsFile(plan.dataDir), `${JSON.stringify(content, undefined, 2)}\n`);
}

export function removeEndpoints(dataDir: string): void {
  rmSync(endpointsFile(dataDir), { force: true });
}

function keepLogSmall(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES_KEPT) renameSync(file, `${file}.1`);
}
