/** The proofs of the listener for Kafka's clients: `npm run prove -- NAME`. */
import { proveKafkaFuzz } from './kafka-fuzz.ts';
import { proveKafkaGroups } from './kafka-groups.ts';
import { proveKafkaIdle } from './kafka-idle.ts';
import { NOT_PROMISED, proveKafkaRecovery, RECOVERY_CLIENTS } from './kafka-recovery.ts';
import { proveKafkaTransactions } from './kafka-transactions.ts';
import { number, type Proof, show } from './proof.ts';

export const KAFKA_PROOFS: Readonly<Record<string, Proof>> = {
  'kafka-groups': {
    what: 'many kafkajs members that come and go while coordinators and leaders are killed: nothing unread, nothing read by two in one generation, commits never back',
    defaults: {
      minutes: '10',
      members: '50',
      processes: '4',
      partitions: '60',
      rate: '200',
      'kill-every': '10',
      'change-every': '5',
      'crash-every': '60',
      seed: '1',
      history: '',
    },
    run: async (options) => {
      const { broken, ...figures } = await proveKafkaGroups({
        durationMs: number(options, 'minutes') * 60_000,
        members: number(options, 'members'),
        processes: number(options, 'processes'),
        partitions: number(options, 'partitions'),
        recordsPerSecond: number(options, 'rate'),
        killEveryMs: number(options, 'kill-every') * 1_000,
        changeEveryMs: number(options, 'change-every') * 1_000,
        crashEveryMs: number(options, 'crash-every') * 1_000,
        seed: number(options, 'seed'),
        history: options['history'] ?? '',
        report: (line) => console.log(line),
      });
      show(figures);
      return broken;
    },
  },
  'kafka-transactions': {
    what: 'consume, transform, produce with kafkajs and the client for Java while copiers, coordinators and leaders are killed: every record exactly once, nothing stays open',
    defaults: {
      minutes: '10',
      copiers: '3',
      java: '2',
      partitions: '6',
      rate: '60',
      'kill-every': '12',
      'crash-every': '7',
      'stand-ms-max': '60000',
      seed: '1',
    },
    run: async (options) => {
      const { broken, ...figures } = await proveKafkaTransactions({
        durationMs: number(options, 'minutes') * 60_000,
        copiers: number(options, 'copiers'),
        java: number(options, 'java'),
        partitions: number(options, 'partitions'),
        recordsPerSecond: number(options, 'rate'),
        killEveryMs: number(options, 'kill-every') * 1_000,
        crashEveryMs: number(options, 'crash-every') * 1_000,
        standMsMax: number(options, 'stand-ms-max'),
        seed: number(options, 'seed'),
        report: (line) => console.log(line),
      });
      show(figures);
      return broken;
    },
  },
  'kafka-recovery': {
    what: 'a node killed again and again: producers and consumers of kafkajs and librdkafka go on within 2 s, nothing acknowledged is lost, everything is read',
    defaults: { rounds: '20', partitions: '3', clients: RECOVERY_CLIENTS.join(), 'within-ms': '2000' },
    run: async (options) => {
      const clients = (options['clients'] ?? '').split(',');
      const { lost, unread, ...figures } = await proveKafkaRecovery({
        rounds: number(options, 'rounds'),
        partitions: number(options, 'partitions'),
        clients,
        report: (line) => console.log(line),
      });
      show({ lost, unread, ...figures });
      const late = Object.entries(figures.clients)
        .filter(([name, { msMax }]) => msMax > number(options, 'within-ms') && !NOT_PROMISED.includes(name))
        .map(([name, { msMax }]) => `${name} was not back for ${msMax.toFixed(0)} ms`);
      const gone = lost > 0 ? [`${lost} acknowledged records are lost`] : [];
      return [...late, ...gone, ...(unread > 0 ? [`${unread} records were not read`] : [])];
    },
  },
  'kafka-fuzz': {
    what: 'requests that no client of Kafka would send, beside clients that keep to the protocol: nothing ends, hangs or grows',
    defaults: { minutes: '60', seed: '1', attackers: '20', 'answer-ms': '10000' },
    run: async (options) => {
      const { broken, ...figures } = await proveKafkaFuzz({
        durationMs: number(options, 'minutes') * 60_000,
        seed: number(options, 'seed'),
        attackers: number(options, 'attackers'),
        answerMs: number(options, 'answer-ms'),
        report: (line) => console.log(line),
      });
      show(figures);
      return broken;
    },
  },
  'kafka-idle': {
    what: 'thousands of connections with nothing to do, silent and in long polls: memory of each, processor time of all, how soon all are told of a record',
    defaults: { connections: '5000', seconds: '10', 'kib-each': '64' },
    run: async (options) => {
      const { broken, ...figures } = await proveKafkaIdle({
        connections: number(options, 'connections'),
        countedMs: number(options, 'seconds') * 1_000,
        report: (line) => console.log(line),
      });
      show(figures);
      const { polling } = figures.kibibytesEach;
      const much = polling > number(options, 'kib-each') ? [`a waiting connection takes ${polling} KiB`] : [];
      return [...broken, ...much];
    },
  },
};
