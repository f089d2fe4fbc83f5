/** The calls of `flowmesh.v1.Cluster` about the cluster as a whole: rebalancing, configuration, features, audit, metadata, diagnostics. */
import type { flowmesh } from '@flowmesh/proto';
import type { ClusterRecords } from '../../services/cluster/cluster-records.ts';
import type { ConfigAdmin } from '../../services/cluster/config-admin.ts';
import { LOG_LINES_DEFAULT, LOG_LINES_MAX } from '../../services/cluster/diagnostics.ts';
import type { Diagnostics } from '../../services/cluster/diagnostics.ts';
import type { RebalanceAdmin, RebalanceProgress } from '../../services/cluster/rebalance-admin.ts';
import type { CallContext } from './calls.ts';
import { wireBalance } from './cluster-wire.ts';
import type { Sent } from './cluster-wire.ts';
import * as check from './request-checks.ts';

const SCOPE_CHARS_MAX = 300;
const AUDIT_DEFAULT = 100;
const AUDIT_MAX = 1_000;
const LEVEL_MAX = 1_000_000;

export async function planRebalance(
  rebalance: RebalanceAdmin,
  _request: Sent<'PlanRebalanceRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.PlanRebalanceResponse.$Properties> {
  const plan = await rebalance.plan(caller, signal);
  return {
    moves: plan.moves.map(({ stream, partition, from, to, reason, bytes }) => ({
      stream,
      partition,
      from: [...from],
      to: [...to],
      reason,
      bytes,
    })),
    bytes: plan.bytes,
    before: wireBalance(plan.before),
    after: wireBalance(plan.after),
    truncated: plan.truncated,
  };
}

export async function startRebalance(
  rebalance: RebalanceAdmin,
  request: Sent<'StartRebalanceRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.RebalanceStatus.$Properties> {
  return wireProgress(
    await rebalance.start({ caller, requestId: check.requestId(request.requestId), signal }),
  );
}

export async function getRebalance(
  rebalance: RebalanceAdmin,
  _request: Sent<'GetRebalanceRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.RebalanceStatus.$Properties> {
  return wireProgress(rebalance.get(caller));
}

export async function cancelRebalance(
  rebalance: RebalanceAdmin,
  request: Sent<'CancelRebalanceRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.RebalanceStatus.$Properties> {
  return wireProgress(
    await rebalance.cancel({ caller, requestId: check.requestId(request.requestId), signal }),
  );
}

export async function getConfig(
  config: ConfigAdmin,
  request: Sent<'GetConfigRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.GetConfigResponse.$Properties> {
  return { entries: config.get(caller, scopeOf(request.scope)).map((entry) => ({ ...entry })) };
}

export async function setConfig(
  config: ConfigAdmin,
  request: Sent<'SetConfigRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.SetConfigResponse.$Properties> {
  const changed = await config.set({
    scope: scopeOf(request.scope),
    set: check.settings(request.set, 'set'),
    unset: check.keys(request.unset, 'unset'),
    dryRun: request.dryRun,
    caller,
    requestId: check.requestId(request.requestId),
    signal,
  });
  return { changed: changed.map((entry) => ({ ...entry })) };
}

export async function finaliseFeatures(
  records: ClusterRecords,
  request: Sent<'FinaliseFeaturesRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.FinaliseFeaturesResponse.$Properties> {
  const level = check.integer(request.level, 'level', { min: 1, max: LEVEL_MAX });
  const requestId = check.requestId(request.requestId);
  return { level: await records.finaliseFeatures({ level, caller, requestId, signal }) };
}

export async function listAudit(
  records: ClusterRecords,
  request: Sent<'ListAuditRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.ListAuditResponse.$Properties> {
  const limit = check.orDefault(request.limit, 'limit', { min: 1, max: AUDIT_MAX, otherwise: AUDIT_DEFAULT });
  return { entries: records.audit(caller, limit).map((entry) => ({ ...entry })) };
}

export async function exportMetadata(
  records: ClusterRecords,
  _request: Sent<'ExportMetadataRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.ExportMetadataResponse.$Properties> {
  return records.exportMetadata(caller);
}

export async function diagnostics(
  ports: { readonly diagnostics: Diagnostics; readonly nodeId: number },
  request: Sent<'DiagnosticsRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.DiagnosticsResponse.$Properties> {
  const lines = check.orDefault(request.logLines, 'log_lines', {
    min: 1,
    max: LOG_LINES_MAX,
    otherwise: LOG_LINES_DEFAULT,
  });
  const parts = await ports.diagnostics.collect(caller, lines);
  return { nodeId: ports.nodeId, parts: parts.map(({ name, content }) => ({ name, content })) };
}

function scopeOf(scope: string): string {
  return check.text(scope, 'scope', { min: 1, max: SCOPE_CHARS_MAX });
}

function wireProgress(progress: RebalanceProgress): flowmesh.v1.RebalanceStatus.$Properties {
  const { balance, endedAtMs, ...rest } = progress;
  return {
    ...rest,
    endedAtMs: endedAtMs ?? 0,
    ...(balance === undefined ? {} : { balance: wireBalance(balance) }),
  };
}
