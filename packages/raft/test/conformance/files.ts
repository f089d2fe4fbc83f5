/** Where the scenario files of etcd-io/raft lie. They are not part of this repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ScenarioFile {
  readonly name: string;
  readonly text: string;
}

/** The files of one folder below `$FLOWMESH_CONFORMANCE_DIR/etcd-raft`; undefined, and said so, where the variable is unset. */
export function scenarioFiles(folder: string): ScenarioFile[] | undefined {
  const root = process.env['FLOWMESH_CONFORMANCE_DIR'];
  if (root === undefined || root === '') {
    process.stderr.write(`skipped: scenarios of etcd-raft/${folder}, FLOWMESH_CONFORMANCE_DIR is not set\n`);
    return undefined;
  }
  const path = join(root, 'etcd-raft', folder);
  if (!existsSync(path)) throw new Error(`FLOWMESH_CONFORMANCE_DIR has no ${path}`);
  const names = readdirSync(path)
    .filter((name) => name.endsWith('.txt'))
    .sort();
  return names.map((name) => ({ name, text: readFileSync(join(path, name), 'utf8') }));
}
