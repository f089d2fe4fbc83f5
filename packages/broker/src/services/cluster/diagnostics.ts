/**
 * What the answering node knows of itself, as files of a bundle. Gathered by the composition root, where everything can be seen; passed
 * through the door and kept within a size that fits a message. Secrets are masked where the parts are made.
 */
import type { Caller, DiagnosticsPart, DiagnosticsPort, Door } from '../ports.ts';
import { pass } from './admin-ports.ts';

export interface DiagnosticsPorts {
  readonly door: Door;
  readonly source: DiagnosticsPort;
}

export const LOG_LINES_DEFAULT = 1_000;
export const LOG_LINES_MAX = 10_000;
/** Messages of 4 MiB are what gRPC clients take unless told otherwise. */
const BYTES_MAX = 3.5 * 1_024 * 1_024;

export class Diagnostics {
  private readonly ports: DiagnosticsPorts;

  constructor(ports: DiagnosticsPorts) {
    this.ports = ports;
  }

  async collect(caller: Caller, logLines: number): Promise<readonly DiagnosticsPart[]> {
    pass(this.ports.door, caller, 'cluster-admin', 'diagnostics');
    const kept: DiagnosticsPart[] = [];
    const left: string[] = [];
    let bytes = 0;
    for (const part of await this.ports.source.parts(logLines)) {
      if (bytes + part.content.length > BYTES_MAX) left.push(`${part.name}: ${part.content.length} bytes`);
      else {
        kept.push(part);
        bytes += part.content.length;
      }
    }
    if (left.length === 0) return kept;
    return [...kept, { name: 'LEFT-OUT.txt', content: Buffer.from(`too large:\n${left.join('\n')}\n`) }];
  }
}
