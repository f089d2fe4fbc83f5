/** The machine's replies in the words of the model. */
import { utf8Decode } from '@flowmesh/base';
import type { KvOpResult, KvReply, KvVersion, Reply } from '@flowmesh/engines';

export function replyInWords(reply: Reply): string {
  return reply.ok ? valueInWords(reply.value as KvReply) : `refused ${reply.error.code}`;
}

function valueInWords(reply: KvReply): string {
  switch (reply.kind) {
    case 'txn': {
      const answer = `r${reply.revision} ${reply.succeeded ? 'held' : 'failed'}`;
      return reply.repeated
        ? `repeated ${answer}`
        : `${answer} ${reply.results.map(resultInWords).join(' · ')}`;
    }
    case 'lease':
      return `lease ${reply.lease.id} ${reply.lease.expiresAtMs}`;
    case 'leases-kept':
      return `kept ${reply.kept.map(({ id }) => id).join(',')} gone ${reply.gone.join(',')}`;
    case 'lease-revoked':
      return `revoked ${reply.deleted} r${reply.revision}`;
    case 'compacted':
      return 'compacted';
    case 'expired':
      return `expired ${reply.keys} ${reply.leases} r${reply.revision}`;
    case 'configured':
      return `configured ${reply.revision}`;
  }
}

function resultInWords(result: KvOpResult): string {
  switch (result.kind) {
    case 'put':
      return `put ${versionInWords(result.current)} was ${versionInWords(result.previous)}`;
    case 'get':
      return `get ${versionInWords(result.current)}`;
    case 'delete':
      return `delete ${versionInWords(result.previous)}`;
    case 'delete-range':
      return `delete-range ${result.deleted}`;
    case 'increment':
      return `increment ${versionInWords(result.current)}`;
    case 'touch':
      return `touch ${versionInWords(result.current)}`;
  }
}

function versionInWords(version: KvVersion | undefined): string {
  if (version === undefined) return 'nothing';
  const { createRevision, modRevision, expiresAtMs, lease, value } = version;
  const text = value === undefined ? '' : utf8Decode(value);
  return `${createRevision}/${modRevision}/${version.version}/${expiresAtMs}/${lease}=${text}`;
}
