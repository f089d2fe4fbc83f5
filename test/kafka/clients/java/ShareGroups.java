import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Share groups (KIP-932), which clients before 4.1 do not have: called by name. */
public final class ShareGroups {
  private static final long WAIT_MS = 90_000;
  private static final int RECORDS = 200;

  private final String bootstrap;
  private final String topic;
  private final String group;

  private ShareGroups(String bootstrap, String topic) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.group = topic + "-group";
  }

  /** Records are accepted, released and rejected by two members, and administered. */
  public static void run(String bootstrap, String topic) throws Exception {
    ShareGroups shares = new ShareGroups(bootstrap, topic);
    try (Admin admin = Admin.create(shares.config())) {
      shares.configure(admin);
      shares.produce(RECORDS);
      shares.work(admin);
      shares.administer(admin);
    }
  }

  /** The same records worked on slowly, while somebody kills nodes: every one is accepted in the end. Prints how far it has come. */
  public static void main(String[] args) throws Exception {
    ShareGroups shares = new ShareGroups(args[0], args[1]);
    int count = Integer.parseInt(args[2]);
    try (Admin admin = Admin.create(shares.config())) {
      shares.configure(admin);
    }
    shares.produce(count);
    Map<String, Integer> accepted = new TreeMap<>();
    long until = System.currentTimeMillis() + 4 * WAIT_MS;
    try (KafkaShareConsumer<String, String> one = shares.consumer("explicit");
        KafkaShareConsumer<String, String> other = shares.consumer("explicit")) {
      List<KafkaShareConsumer<String, String>> members = List.of(one, other);
      for (KafkaShareConsumer<String, String> member : members) member.subscribe(Set.of(shares.topic));
      while (accepted.size() < count && System.currentTimeMillis() < until) {
        for (KafkaShareConsumer<String, String> member : members) shares.acceptSome(member, accepted);
        System.out.println("accepted " + accepted.size());
      }
    }
    long twice = accepted.values().stream().filter(times -> times > 1).count();
    System.out.println("all " + (accepted.size() == count) + " of " + count + ", more than once " + twice);
    System.exit(accepted.size() == count ? 0 : 1);
  }

  private void acceptSome(KafkaShareConsumer<String, String> member, Map<String, Integer> accepted) throws Exception {
    List<String> taken = new ArrayList<>();
    for (ConsumerRecord<String, String> record : member.poll(Duration.ofMillis(200))) {
      member.acknowledge(record, AcknowledgeType.ACCEPT);
      taken.add(record.partition() + " " + record.value());
    }
    Thread.sleep(20);
    if (taken.isEmpty()) return;
    for (Map.Entry<?, Optional<KafkaException>> outcome : member.commitSync(Duration.ofSeconds(10)).entrySet()) {
      String partition = outcome.getKey().toString().replaceAll(".*-", "");
      if (outcome.getValue().isPresent()) continue;
      for (String name : taken)
        if (name.startsWith(partition + " ")) accepted.merge(name.substring(name.indexOf(' ') + 1), 1, Integer::sum);
    }
  }

  private void work(Admin admin) throws Exception {
    Set<String> done = new TreeSet<>();
    Set<String> rejected = new TreeSet<>();
    try (KafkaShareConsumer<String, String> one = consumer("explicit");
        KafkaShareConsumer<String, String> other = consumer("implicit")) {
      one.subscribe(Set.of(topic));
      long until = System.currentTimeMillis() + WAIT_MS;
      while (done.size() + rejected.size() < RECORDS / 2 && System.currentTimeMillis() < until) {
        for (ConsumerRecord<String, String> record : one.poll(Duration.ofMillis(500))) {
          int number = Integer.parseInt(record.value().substring(2));
          boolean again = record.deliveryCount().orElse((short) 0) > 1;
          if (number % 10 == 3 && !again) one.acknowledge(record, AcknowledgeType.RELEASE);
          else if (number % 10 == 7) {
            one.acknowledge(record, AcknowledgeType.REJECT);
            rejected.add(record.value());
          } else {
            one.acknowledge(record, AcknowledgeType.ACCEPT);
            done.add(record.value());
          }
        }
        one.commitSync();
      }
      ShareGroupDescription described = admin.describeShareGroups(List.of(group)).all().get().get(group);
      same("members", described.members().size(), 1);
      same("assigned", described.members().iterator().next().assignment().topicPartitions().size(), 4);
      one.unsubscribe();
      other.subscribe(Set.of(topic));
      while (done.size() + rejected.size() < RECORDS && System.currentTimeMillis() < until) {
        for (ConsumerRecord<String, String> record : other.poll(Duration.ofMillis(500))) {
          done.add(record.value());
        }
        other.commitSync();
      }
    }
    same("records that are done", done.size() + rejected.size(), RECORDS);
    Set<String> both = new TreeSet<>(done);
    both.retainAll(rejected);
    same("rejected and delivered again", both, Set.of());
  }

  private void administer(Admin admin) throws Exception {
    Map<TopicPartition, Long> ends = offsets(admin);
    long sum = ends.values().stream().mapToLong(Long::longValue).sum();
    same("start offsets", sum, (long) RECORDS);
    ListGroupsOptions shared = new ListGroupsOptions().withTypes(Set.of(GroupType.SHARE));
    List<String> names = admin.listGroups(shared).all().get().stream().map(GroupListing::groupId).toList();
    same("listed", names.contains(group), true);
    TopicPartition first = new TopicPartition(topic, 0);
    until(() -> admin.alterShareGroupOffsets(group, Map.of(first, 1L)).all().get());
    same("altered", offsets(admin).get(first), 1L);
    admin.deleteShareGroupOffsets(group, Set.of(topic)).all().get();
    same("forgotten", offsets(admin), Map.of());
    admin.deleteShareGroups(List.of(group)).all().get();
    boolean left = admin.listGroups(shared).all().get().stream().anyMatch(one -> one.groupId().equals(group));
    same("left", left, false);
  }

  private interface Asking {
    Object ask() throws Exception;
  }

  /** A member that has gone is known for a moment. */
  private static void until(Asking asking) throws Exception {
    long until = System.currentTimeMillis() + WAIT_MS;
    for (;;) {
      try {
        asking.ask();
        return;
      } catch (ExecutionException error) {
        if (System.currentTimeMillis() > until) throw error;
        Thread.sleep(100);
      }
    }
  }

  private Map<TopicPartition, Long> offsets(Admin admin) throws Exception {
    Map<TopicPartition, Long> found = new HashMap<>();
    admin
        .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
        .partitionsToOffsetAndMetadata(group)
        .get()
        .forEach((partition, at) -> found.put(partition, at == null ? null : at.offset()));
    return found;
  }

  private void configure(Admin admin) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    AlterConfigOp earliest =
        new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(earliest))).all().get();
    String value = admin.describeConfigs(List.of(resource)).all().get().get(resource).get("share.auto.offset.reset").value();
    same("configured", value, "earliest");
  }

  private void produce(int count) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config(), new StringSerializer(), new StringSerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) sent.add(producer.send(new ProducerRecord<>(topic, i % 4, null, "v-" + i)));
      for (Future<?> future : sent) future.get(WAIT_MS, TimeUnit.MILLISECONDS);
    }
  }

  private KafkaShareConsumer<String, String> consumer(String mode) {
    Properties config = config();
    config.put("group.id", group);
    config.put("share.acknowledgement.mode", mode);
    config.put("max.poll.records", 20);
    return new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  private Properties config() {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    return config;
  }

  private static void same(String what, Object found, Object wanted) {
    if (!Objects.equals(found, wanted))
      throw new AssertionError(what + ": " + found + " where " + wanted + " was expected");
  }
}
