/** What fails is a FlowError: a code to branch on, whether trying again may help, the cause, and what to do. */
import { connect, isFlowError } from '@flowmesh/client';

await using mesh = await connect();
try {
  await mesh.streams.create({ name: 'measurements', config: { 'retention.m': '1000' } });
} catch (error) {
  if (!isFlowError(error)) throw error;
  console.log(error.code, error.retryable);
  console.log(error.message);
  console.log(error.hint);
}
