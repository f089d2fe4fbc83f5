/** The proofs of the listener for Kafka's clients: `npm run prove -- NAME`. */
import { proveKafkaFuzz } from './kafka-fuzz.ts';
import { number, type Proof, show } from './proof.ts';

export const KAFKA_PROOFS: Readonly<Record<string, Proof>> = {
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
};
