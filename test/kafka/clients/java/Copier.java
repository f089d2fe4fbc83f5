import java.io.FileWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Copies a topic into another as KIP-447 does: one producer a process, offsets sent with the member and the generation that they belong to.
 * A failure makes both clients anew. Arguments: BOOTSTRAP FROM TO GROUP TRANSACTIONAL_ID FILE.
 */
public final class Copier {
  private static final int ABORT_EVERY = 5;
  private static final long HOLD_MS_MAX = 400;
  private static int transactions = 0;

  public static void main(String[] args) throws Exception {
    try (FileWriter log = new FileWriter(args[5], true)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
      while (true) {
        try {
          copy(args, log);
        } catch (Exception error) {
          tell(log, "failed", 0, error.getClass().getSimpleName() + " " + error.getMessage());
          Thread.sleep(500);
        }
      }
    }
  }

  private static void tell(FileWriter log, String kind, int records, String reason) throws Exception {
    double atMs = System.nanoTime() / 1e6;
    String said = reason.replaceAll("[\\\\\"\\p{Cntrl}]", " ");
    log.write(
        "{\"kind\":\"" + kind + "\",\"atMs\":" + atMs + ",\"ms\":0,\"partition\":-1,\"records\":" + records
            + ",\"reason\":\"" + said + "\"}\n");
    log.flush();
  }

  private static void copy(String[] args, FileWriter log) throws Exception {
    Properties reads = new Properties();
    reads.putAll(
        Map.of(
            "bootstrap.servers", args[0],
            "group.id", args[3],
            "isolation.level", "read_committed",
            "enable.auto.commit", false,
            "auto.offset.reset", "earliest",
            "session.timeout.ms", 10_000,
            "heartbeat.interval.ms", 500,
            "max.poll.interval.ms", 30_000,
            "fetch.max.wait.ms", 500));
    reads.put("fetch.min.bytes", 2_048);
    reads.put("max.poll.records", 100);
    Properties writes = new Properties();
    writes.putAll(
        Map.of(
            "bootstrap.servers", args[0],
            "transactional.id", args[4],
            "transaction.timeout.ms", 15_000,
            "delivery.timeout.ms", 20_000,
            "request.timeout.ms", 10_000,
            "max.block.ms", 30_000));
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(reads, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(writes, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      consumer.subscribe(List.of(args[1]));
      while (true) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
        if (records.isEmpty()) continue;
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          producer.send(new ProducerRecord<>(args[2], record.partition(), null, record.value()));
          offsets.put(
              new TopicPartition(record.topic(), record.partition()),
              new OffsetAndMetadata(record.offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        Thread.sleep((long) (Math.random() * HOLD_MS_MAX));
        if (++transactions % ABORT_EVERY == 0) {
          producer.abortTransaction();
          tell(log, "aborted", records.count(), "");
          return;
        }
        producer.commitTransaction();
        tell(log, "committed", records.count(), "");
      }
    }
  }
}
