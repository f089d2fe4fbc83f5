/** Creating what may be there already, as programs do when they start. */
import { FlowError } from '@flowmesh/base';

/** What was made, or what is there under the name. */
export async function createUnlessThere<T>(create: () => Promise<T>, get: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof FlowError) || error.code !== 'ALREADY_EXISTS') throw error;
    return await get();
  }
}
