/** The measuring core, for benchmarks of other systems: `bench/peers` drives them with it. */
export type { BenchClient, OpenClient } from './clients/client-protocol.ts';
export { machineNowUs } from './clients/machine-clock.ts';
export type { KafkaClientOptions } from './drivers/kafka-driver.ts';
export { KafkaCluster, kafkaFailure } from './kafka/kafka-cluster.ts';
export { KafkaConnection } from './kafka/kafka-connection.ts';
export { readTopic } from './kafka/kafka-consumer.ts';
export { KafkaProducer } from './kafka/kafka-producer.ts';
export { PayloadSource, stampOf } from './measure/payload-source.ts';
export { showRate, showUs } from './report/durations.ts';
export { loadNow, machineFacts, type MachineFacts } from './report/machine.ts';
export type { Measure } from './report/result.ts';
export { takeMeasure } from './run-benchmark.ts';
export { prepareKafka } from './scenarios/kafka-scenario.ts';
export { prepareKv } from './scenarios/kv-scenario.ts';
export { prepareQueue } from './scenarios/queue-scenario.ts';
export type { CommonSettings, MeasurePlan, Prepared } from './scenarios/scenario.ts';
export { prepareStream } from './scenarios/stream-scenario.ts';
