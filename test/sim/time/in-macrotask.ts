/** Runs a test with virtual time in a macrotask: promises are drained by hand, which works nowhere else. */
export function inMacrotask(task: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        task();
        resolve();
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}
