import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

/** Kafka's own client for Java: prints a line of JSON with the outcome of each scenario. */
public final class Program {
  private static final long WAIT_MS = 90_000;
  private static final Map<String, Object> CLASSIC =
      Map.of("session.timeout.ms", 10_000, "heartbeat.interval.ms", 500);
  private static String bootstrap;
  private static String prefix;

  private interface Work {
    void run() throws Exception;
  }

  public static void main(String[] args) {
    bootstrap = args[0];
    prefix = args[1];
    String version = AppInfoParser.getVersion();
    Map<String, Work> scenarios = new HashMap<>();
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) scenarios.put(codec, () -> codec(codec));
    scenarios.put("read-others", () -> same("seed", texts(read("seed", 100, Map.of())), numbered(100, "seed", 0)));
    scenarios.put("round-trip", Program::roundTrip);
    scenarios.put("offsets", Program::offsets);
    scenarios.put("administration", Program::administration);
    scenarios.put("configuration", Program::configuration);
    scenarios.put("groups", () -> comeAndGo("groups", CLASSIC));
    scenarios.put("static-members", Program::staticMembers);
    scenarios.put("cooperative", Program::cooperative);
    if (!version.startsWith("3."))
      scenarios.put("next-groups", () -> comeAndGo("next-groups", Map.of("group.protocol", "consumer")));
    scenarios.put("group-administration", Program::groupAdministration);
    scenarios.put("transactions", Program::transactions);
    scenarios.put("transactional-offsets", Program::transactionalOffsets);
    if (!version.startsWith("3.")) scenarios.put("share", Program::share);
    System.out.println("{\"version\":\"" + version + "\"}");
    for (String name : args[2].split(",")) tell(name, scenarios.get(name));
    System.exit(0);
  }

  private static void tell(String name, Work work) {
    long started = System.nanoTime();
    String outcome = "passed";
    String detail = "";
    if (work == null) {
      outcome = "not-offered";
    } else {
      try {
        work.run();
      } catch (Exception | AssertionError error) {
        outcome = "failed";
        Throwable cause = error instanceof ExecutionException ? error.getCause() : error;
        detail = cause.toString().replaceAll("[\\\\\"\\p{Cntrl}]", " ");
      }
    }
    long ms = (System.nanoTime() - started) / 1_000_000;
    System.out.println(
        "{\"scenario\":\"" + name + "\",\"outcome\":\"" + outcome + "\",\"detail\":\"" + detail + "\",\"ms\":" + ms + "}");
  }

  /** In a class of its own, which older clients cannot load. */
  private static void share() throws Exception {
    try {
      Class.forName("ShareGroups").getMethod("run", String.class, String.class).invoke(null, bootstrap, prefix + "-share");
    } catch (java.lang.reflect.InvocationTargetException error) {
      if (error.getCause() instanceof Exception cause) throw cause;
      throw (Error) error.getCause();
    }
  }

  private static void same(String what, Object found, Object wanted) {
    if (!Objects.equals(found, wanted))
      throw new AssertionError(what + ": " + brief(found) + " where " + brief(wanted) + " was expected");
  }

  private static String brief(Object value) {
    String text = String.valueOf(value);
    return text.length() > 300 ? text.substring(0, 300) : text;
  }

  private static List<String> numbered(int count, String name, int from) {
    List<String> names = new ArrayList<>();
    for (int i = from; i < from + count; i++) names.add(name + "-" + i);
    return names;
  }

  private static Properties config(Map<String, ?> more) {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.putAll(more);
    return config;
  }

  private static KafkaProducer<String, String> producer(Map<String, ?> more) {
    return new KafkaProducer<>(config(more), new StringSerializer(), new StringSerializer());
  }

  private static void send(List<ProducerRecord<String, String>> records, Map<String, ?> more) throws Exception {
    try (KafkaProducer<String, String> producer = producer(more)) {
      List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
      for (ProducerRecord<String, String> record : records) sent.add(producer.send(record));
      producer.flush();
      for (java.util.concurrent.Future<?> future : sent) future.get(WAIT_MS, TimeUnit.MILLISECONDS);
    }
  }

  private static void write(String topic, int from, int count) throws Exception {
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (int i = from; i < from + count; i++) records.add(new ProducerRecord<>(topic, i % 4, null, "v-" + i));
    send(records, Map.of());
  }

  private static KafkaConsumer<String, String> consumer(Map<String, ?> more) {
    Map<String, Object> all = new HashMap<>();
    all.put("auto.offset.reset", "earliest");
    all.put("enable.auto.commit", false);
    all.putAll(more);
    return new KafkaConsumer<>(config(all), new StringDeserializer(), new StringDeserializer());
  }

  /** The first so many records of partition 0, without a group. */
  private static List<ConsumerRecord<String, String>> read(String topic, int count, Map<String, ?> more) {
    List<ConsumerRecord<String, String>> found = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer = consumer(more)) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.currentTimeMillis() + WAIT_MS;
      while (found.size() < count && System.currentTimeMillis() < deadline)
        consumer.poll(Duration.ofMillis(200)).forEach(found::add);
    }
    return found;
  }

  private static List<String> texts(List<ConsumerRecord<String, String>> records) {
    return records.stream().map(ConsumerRecord::value).toList();
  }

  private static void codec(String name) throws Exception {
    String topic = prefix + "-" + name;
    List<String> values = numbered(200, "v", 0).stream().map(value -> value + " " + "x".repeat(500)).toList();
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (String value : values) records.add(new ProducerRecord<>(topic, value));
    send(records, Map.of("compression.type", name, "linger.ms", 50));
    same("records", texts(read(topic, 200, Map.of())), values);
  }

  private static void roundTrip() throws Exception {
    String topic = prefix + "-round-trip";
    long at = 1_700_000_000_123L;
    ProducerRecord<String, String> first = new ProducerRecord<>(topic, 0, (Long) at, "k1", "v1");
    first.headers().add("a", bytes("1")).add("a", bytes("2")).add("empty", new byte[0]).add("none", null);
    send(
        List.of(first, new ProducerRecord<String, String>(topic, 0, (Long) at, "k2", (String) null), new ProducerRecord<String, String>(topic, 0, (Long) at, null, "v3")),
        Map.of());
    List<String> found = new ArrayList<>();
    for (ConsumerRecord<String, String> record : read(topic, 3, Map.of())) {
      StringBuilder headers = new StringBuilder();
      for (Header header : record.headers()) {
        String value = header.value() == null ? "null" : new String(header.value(), StandardCharsets.UTF_8);
        headers.append(header.key()).append('=').append(value).append(';');
      }
      found.add(record.key() + " " + record.value() + " " + record.timestamp() + " " + headers);
    }
    same("records", found, List.of("k1 v1 " + at + " a=1;a=2;empty=;none=null;", "k2 null " + at + " ", "null v3 " + at + " "));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void offsets() throws Exception {
    String topic = prefix + "-offsets";
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (long at : new long[] {1000, 2000, 3000}) records.add(new ProducerRecord<String, String>(topic, 0, (Long) at, null, "v"));
    send(records, Map.of());
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer = consumer(Map.of()); Admin admin = admin()) {
      same("begins", consumer.beginningOffsets(List.of(partition)).get(partition), 0L);
      same("ends", consumer.endOffsets(List.of(partition)).get(partition), 3L);
      same("offset at 1500", consumer.offsetsForTimes(Map.of(partition, 1500L)).get(partition).offset(), 1L);
      long latest = admin.listOffsets(Map.of(partition, OffsetSpec.maxTimestamp())).partitionResult(partition).get().offset();
      same("offset of the latest time", latest, 2L);
    }
  }

  private static Admin admin() {
    return Admin.create(config(Map.of()));
  }

  private static void administration() throws Exception {
    String topic = prefix + "-made";
    try (Admin admin = admin()) {
      NewTopic made = new NewTopic(topic, 2, (short) 1).configs(Map.of("retention.ms", "3600000"));
      admin.createTopics(List.of(made)).all().get();
      same("listed", admin.listTopics().names().get().contains(topic), true);
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
      until("three partitions", List.of(), () -> partitionsOf(admin, topic) == 3);
      List<ProducerRecord<String, String>> records = new ArrayList<>();
      for (int i = 0; i < 10; i++) records.add(new ProducerRecord<>(topic, 0, null, "v"));
      send(records, Map.of());
      TopicPartition partition = new TopicPartition(topic, 0);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5))).all().get();
      same("begins", admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).partitionResult(partition).get().offset(), 5L);
      int nodes = admin.describeCluster().nodes().get().size();
      same("nodes", nodes > 0, true);
      List<Integer> ids = admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
      same("log directories", admin.describeLogDirs(ids).allDescriptions().get().size(), nodes);
      same("moves", admin.listPartitionReassignments().reassignments().get().size(), 0);
      admin.deleteTopics(List.of(topic)).all().get();
      same("listed", admin.listTopics().names().get().contains(topic), false);
    }
  }

  private static int partitionsOf(Admin admin, String topic) {
    try {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
    } catch (InterruptedException | ExecutionException error) {
      throw new AssertionError(error);
    }
  }

  private static void configuration() throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, prefix + "-offsets");
    try (Admin admin = admin()) {
      Collection<AlterConfigOp> changes =
          List.of(
              new AlterConfigOp(new ConfigEntry("retention.ms", "7200000"), AlterConfigOp.OpType.SET),
              new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND));
      admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
      var described = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      same("retention.ms", described.get("retention.ms").value(), "7200000");
      same("cleanup.policy", described.get("cleanup.policy").value(), "delete,compact");
      Collection<AlterConfigOp> back =
          List.of(new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SUBTRACT));
      admin.incrementalAlterConfigs(Map.of(resource, back)).all().get();
      described = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      same("cleanup.policy", described.get("cleanup.policy").value(), "delete");
    }
  }

  private static final class Member implements ConsumerRebalanceListener {
    final KafkaConsumer<String, String> consumer;
    final List<String> values = new ArrayList<>();
    final Set<Integer> partitions = new TreeSet<>();
    final Set<Integer> revoked = new TreeSet<>();
    int assignments;

    Member(String topic, String group, Map<String, ?> more) {
      Map<String, Object> config = new HashMap<>(more);
      config.put("group.id", group);
      consumer = consumer(config);
      consumer.subscribe(List.of(topic), this);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      assignments++;
      assigned.forEach(each -> partitions.add(each.partition()));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> lost) {
      lost.forEach(each -> revoked.add(each.partition()));
      lost.forEach(each -> partitions.remove(each.partition()));
    }

    void poll() {
      boolean some = false;
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(50))) {
        values.add(record.value());
        some = true;
      }
      if (some) consumer.commitSync();
    }
  }

  private static void until(String what, List<Member> members, BooleanSupplier probe) {
    long deadline = System.currentTimeMillis() + WAIT_MS;
    while (!probe.getAsBoolean()) {
      if (System.currentTimeMillis() > deadline) {
        List<String> state = members.stream().map(member -> member.partitions + "/" + member.values.size()).toList();
        throw new AssertionError("waited in vain for " + what + ": " + state);
      }
      members.forEach(Member::poll);
    }
  }

  private static void comeAndGo(String name, Map<String, ?> config) throws Exception {
    String topic = prefix + "-" + name;
    String group = prefix + "-" + name;
    Member a = new Member(topic, group, config);
    until("four partitions for one", List.of(a), () -> a.partitions.size() == 4);
    Member b = new Member(topic, group, config);
    until("two for each", List.of(a, b), () -> a.partitions.size() == 2 && b.partitions.size() == 2);
    Set<Integer> all = new TreeSet<>(a.partitions);
    all.addAll(b.partitions);
    same("all partitions", all, new TreeSet<>(List.of(0, 1, 2, 3)));
    write(topic, 0, 40);
    until("40 records", List.of(a, b), () -> a.values.size() + b.values.size() >= 40);
    same("both read", List.of(a.values.size(), b.values.size()), List.of(20, 20));
    b.consumer.close();
    until("four partitions again", List.of(a), () -> a.partitions.size() == 4);
    write(topic, 40, 40);
    until("80 records", List.of(a), () -> a.values.size() + b.values.size() >= 80);
    Set<String> once = new HashSet<>(a.values);
    once.addAll(b.values);
    same("each once", List.of(once.size(), a.values.size() + b.values.size()), List.of(80, 80));
    a.consumer.close();
    Member c = new Member(topic, group, config);
    until("four partitions for the next", List.of(c), () -> c.partitions.size() == 4);
    write(topic, 80, 4);
    until("four new records", List.of(c), () -> c.values.size() >= 4);
    same("only what is new", new TreeSet<>(c.values), new TreeSet<>(numbered(4, "v", 80)));
    c.consumer.close();
  }

  private static Map<String, Object> with(Map<String, ?> config, String key, String value) {
    Map<String, Object> all = new HashMap<>(config);
    all.put(key, value);
    return all;
  }

  private static void staticMembers() {
    String topic = prefix + "-static-members";
    String group = prefix + "-static";
    Member a = new Member(topic, group, with(CLASSIC, "group.instance.id", "one"));
    Member b = new Member(topic, group, with(CLASSIC, "group.instance.id", "two"));
    until("two for each", List.of(a, b), () -> a.partitions.size() == 2 && b.partitions.size() == 2);
    Set<Integer> held = new TreeSet<>(b.partitions);
    int before = a.assignments;
    b.consumer.close();
    Member again = new Member(topic, group, with(CLASSIC, "group.instance.id", "two"));
    until("its partitions", List.of(a, again), () -> again.partitions.size() == 2);
    same("the same partitions", again.partitions, held);
    same("no rebalance", a.assignments, before);
    a.consumer.close();
    again.consumer.close();
  }

  private static void cooperative() {
    String topic = prefix + "-cooperative";
    Map<String, Object> config =
        with(CLASSIC, "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    Member a = new Member(topic, topic, config);
    until("four partitions for one", List.of(a), () -> a.partitions.size() == 4);
    Member b = new Member(topic, topic, config);
    until("two for each", List.of(a, b), () -> a.partitions.size() == 2 && b.partitions.size() == 2);
    same("given up", a.revoked, b.partitions);
    a.consumer.close();
    b.consumer.close();
  }

  private static void groupAdministration() throws Exception {
    String topic = prefix + "-group-administration";
    String group = prefix + "-administered";
    TopicPartition partition = new TopicPartition(topic, 0);
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (String value : numbered(3, "v", 0)) records.add(new ProducerRecord<>(topic, 0, null, value));
    send(records, Map.of());
    Member member = new Member(topic, group, CLASSIC);
    until("three records", List.of(member), () -> member.values.size() >= 3);
    try (Admin admin = admin()) {
      var described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      same("members", described.members().size(), 1);
      same("holds", described.members().iterator().next().assignment().topicPartitions(), Set.of(partition));
      member.consumer.close();
      same("listed", isListed(admin, group), true);
      same("members", admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().size(), 0);
      same("committed", committed(admin, group, partition), 3L);
      Map<TopicPartition, OffsetAndMetadata> change = Map.of(partition, new OffsetAndMetadata(1, "a note"));
      admin.alterConsumerGroupOffsets(group, change).all().get();
      same("set", committed(admin, group, partition), 1L);
      var found = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
      same("its note", found.metadata(), "a note");
      admin.deleteConsumerGroupOffsets(group, Set.of(partition)).all().get();
      same("none", admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition), null);
      admin.deleteConsumerGroups(List.of(group)).all().get();
      same("gone", isListed(admin, group), false);
    }
  }

  private static boolean isListed(Admin admin, String group) throws Exception {
    return admin.listConsumerGroups().all().get().stream().anyMatch(each -> each.groupId().equals(group));
  }

  private static long committed(Admin admin, String group, TopicPartition partition) throws Exception {
    return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition).offset();
  }

  private static void transactions() throws Exception {
    String topic = prefix + "-transactions";
    try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", prefix + "-txn"))) {
      producer.initTransactions();
      for (String name : List.of("first", "second", "third")) {
        producer.beginTransaction();
        for (String value : numbered(10, name, 0)) producer.send(new ProducerRecord<>(topic, value));
        producer.flush();
        if (name.equals("second")) producer.abortTransaction();
        else producer.commitTransaction();
      }
    }
    List<String> wanted = numbered(10, "first", 0);
    wanted.addAll(numbered(10, "third", 0));
    same("committed", texts(read(topic, 20, Map.of("isolation.level", "read_committed"))), wanted);
    same("all", read(topic, 30, Map.of("isolation.level", "read_uncommitted")).size(), 30);
  }

  private static void transactionalOffsets() throws Exception {
    String source = prefix + "-source";
    String sink = prefix + "-sink";
    String group = prefix + "-transform";
    TopicPartition partition = new TopicPartition(source, 0);
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (String value : numbered(10, "v", 0)) records.add(new ProducerRecord<>(source, value));
    send(records, Map.of());
    Member member = new Member(source, group, CLASSIC);
    until("a partition", List.of(member), () -> member.partitions.size() == 1);
    // Where it begins is asked for when a partition is assigned; `committed` would be given that answer if nobody had taken it by then.
    member.consumer.position(partition);
    try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", prefix + "-transform"))) {
      producer.initTransactions();
      for (long offset : new long[] {10, 5}) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(sink, "to " + offset));
        producer.sendOffsetsToTransaction(
            Map.of(partition, new OffsetAndMetadata(offset)), member.consumer.groupMetadata());
        if (offset == 10) producer.commitTransaction();
        else producer.abortTransaction();
      }
    }
    same("committed", member.consumer.committed(Set.of(partition)).get(partition).offset(), 10L);
    same("written", texts(read(sink, 1, Map.of("isolation.level", "read_committed"))), List.of("to 10"));
    member.consumer.close();
  }
}
