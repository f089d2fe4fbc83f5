export * from './catalog/catalog-command.ts';
export * from './catalog/catalog-machine.ts';
export * from './catalog/catalog-types.ts';
export * from './catalog/placement.ts';
export * from './catalog/stream-config.ts';
export * from './catalog/stream-name.ts';
export * from './machine.ts';
