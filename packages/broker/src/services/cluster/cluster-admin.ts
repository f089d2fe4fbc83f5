/** The administration of the cluster, put together. */
import { UserAdmin } from '../access/user-admin.ts';
import { HealthView } from '../health/health-view.ts';
import { MoveWatch } from '../health/move-watch.ts';
import type { DiagnosticsPort, DiskPort } from '../ports.ts';
import type { AdminPorts } from './admin-ports.ts';
import { ClusterRecords } from './cluster-records.ts';
import { ConfigAdmin } from './config-admin.ts';
import { Diagnostics } from './diagnostics.ts';
import { JoinTokens } from './join-tokens.ts';
import { NodeAdmin } from './node-admin.ts';
import { PartitionAdmin } from './partition-admin.ts';
import { RebalanceAdmin } from './rebalance-admin.ts';
import { RecoveryAdmin } from './recovery.ts';

export interface ClusterAdminPorts extends AdminPorts {
  readonly disk: DiskPort;
  readonly diagnostics: DiagnosticsPort;
  readonly newUuid: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface ClusterAdmin {
  readonly nodes: NodeAdmin;
  readonly partitions: PartitionAdmin;
  readonly rebalance: RebalanceAdmin;
  readonly tokens: JoinTokens;
  readonly users: UserAdmin;
  readonly config: ConfigAdmin;
  readonly recovery: RecoveryAdmin;
  readonly records: ClusterRecords;
  readonly health: HealthView;
  readonly diagnostics: Diagnostics;
  close(): void;
}

export function makeClusterAdmin(ports: ClusterAdminPorts): ClusterAdmin {
  const partitions = new PartitionAdmin(ports);
  const watch = new MoveWatch(ports);
  return {
    nodes: new NodeAdmin(ports),
    partitions,
    rebalance: new RebalanceAdmin(ports),
    tokens: new JoinTokens(ports),
    users: new UserAdmin(ports),
    config: new ConfigAdmin(ports),
    recovery: new RecoveryAdmin(ports, partitions),
    records: new ClusterRecords(ports),
    health: new HealthView({ ...ports, watch }),
    diagnostics: new Diagnostics({ door: ports.door, source: ports.diagnostics }),
    close: () => watch.close(),
  };
}
