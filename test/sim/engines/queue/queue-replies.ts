/** The machine's replies in the words of the model. */
import type { EnqueueResult, QueueReply, ReceiptResult, Reply } from '@flowmesh/engines';

export function replyInWords(reply: Reply): string {
  if (!reply.ok) return `refused ${reply.error.code}`;
  const value = reply.value as QueueReply;
  switch (value.kind) {
    case 'configured':
      return `configured ${value.revision}`;
    case 'enqueued':
      return `enqueued ${value.results.map(enqueuedInWords).join(', ')}`;
    case 'received': {
      const jobs = value.jobs.map(
        ({ meta }) => `${meta.seq}/${meta.leaseEpoch}/${meta.attempts}/${meta.lease?.deadlineMs}`,
      );
      return `received ${jobs.join(', ')}`;
    }
    case 'receipts':
      return `receipts ${value.results.map(receiptInWords).join(', ')}`;
    case 'expired':
      return `expired ${value.count}`;
    case 'dead-letters':
      return `dead-letters ${value.results.join(', ')}`;
    case 'paused':
      return `paused ${value.receive} ${value.enqueue}`;
    case 'purged':
      return `purged ${value.count} ${value.left}`;
    case 'redriven':
      return `redriven ${value.count} ${value.more}`;
    case 'task':
      return `task ${value.task.state} ${value.task.scanned} ${value.task.redriven}`;
    case 'schedule':
      return `schedule ${value.schedule?.name} ${value.schedule?.paused} ${value.schedule?.nextAtMs}`;
    case 'schedule-fired':
      return `fired ${value.fired} ${value.seq}`;
    case 'transaction-ended':
      return value.kind;
  }
}

function enqueuedInWords(result: EnqueueResult): string {
  return result.kind === 'refused' ? 'refused' : `${result.kind} ${result.seq}`;
}

function receiptInWords(result: ReceiptResult): string {
  switch (result.kind) {
    case 'retried':
      return `retried ${result.dueAtMs}`;
    case 'extended':
      return `extended ${result.deadlineMs}`;
    case 'done':
    case 'dead':
    case 'stale':
    case 'gone':
      return result.kind;
  }
}
