export * from './assert.ts';
export * from './bytes.ts';
export * from './crc32c.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './ports.ts';
export * from './random.ts';
export * from './record-batch.ts';
