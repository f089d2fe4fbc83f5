/** A real broker for tests. */
export { startBroker, type StartBrokerOptions, type TestBroker } from './test-broker.ts';
