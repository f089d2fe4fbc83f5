"""confluent-kafka, librdkafka's client for Python: prints a line of JSON with the outcome of each scenario."""
import json
import sys
import time

import confluent_kafka
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

BOOTSTRAP, PREFIX, NAMES = sys.argv[-3:]
WAIT_S = 90


def numbered(count, name="v", start=0):
    return [f"{name}-{i}" for i in range(start, start + count)]


def same(what, found, wanted):
    if found != wanted:
        raise AssertionError(f"{what}: {str(found)[:300]} where {str(wanted)[:300]} was expected")


def send(topic, records, **config):
    failed = []
    producer = Producer({"bootstrap.servers": BOOTSTRAP, "acks": "all", **config})
    for record in records:
        producer.produce(topic, on_delivery=lambda error, _: failed.append(error) if error else None, **record)
    left = producer.flush(WAIT_S)
    same("undelivered", (left, failed), (0, []))


def read(topic, count, **config):
    """The first so many records of partition 0, without a group."""
    consumer = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": f"{PREFIX}-alone", "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, **config})
    consumer.assign([TopicPartition(topic, 0, 0)])
    found = []
    deadline = time.time() + WAIT_S
    while len(found) < count and time.time() < deadline:
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error():
            raise AssertionError(str(message.error()))
        found.append(message)
    consumer.close()
    return found


def texts(messages):
    return [message.value().decode() for message in messages]


def codec(name):
    def run():
        topic = f"{PREFIX}-{name}"
        values = [f"{value} {'x' * 500}" for value in numbered(200)]
        send(topic, [{"value": value} for value in values], **{"compression.type": name, "linger.ms": 50})
        same("records", texts(read(topic, 200)), values)

    return run


def read_others():
    same("seed", texts(read("seed", 100)), numbered(100, "seed"))


def round_trip():
    topic = f"{PREFIX}-round-trip"
    at = 1_700_000_000_123
    headers = [("a", b"1"), ("a", b"2"), ("empty", b""), ("none", None)]
    send(topic, [
        {"key": "k1", "value": "v1", "timestamp": at, "headers": headers},
        {"key": "k2", "value": None, "timestamp": at},
        {"key": None, "value": "v3", "timestamp": at},
    ])
    found = [(m.key(), m.value(), m.timestamp()[1], m.headers()) for m in read(topic, 3)]
    same("records", found, [(b"k1", b"v1", at, headers), (b"k2", None, at, None), (None, b"v3", at, None)])


def offsets():
    topic = f"{PREFIX}-offsets"
    send(topic, [{"value": "v", "timestamp": at} for at in (1000, 2000, 3000)])
    consumer = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": f"{PREFIX}-alone"})
    same("ends", consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=WAIT_S), (0, 3))
    found = consumer.offsets_for_times([TopicPartition(topic, 0, 1500)], timeout=WAIT_S)
    same("offset at 1500", found[0].offset, 1)
    consumer.close()


def admin():
    return AdminClient({"bootstrap.servers": BOOTSTRAP})


def results(futures):
    for future in futures.values():
        future.result(WAIT_S)


def administration():
    topic = f"{PREFIX}-made"
    client = admin()
    results(client.create_topics([NewTopic(topic, 2, config={"retention.ms": "3600000"})]))
    same("listed", topic in client.list_topics(timeout=WAIT_S).topics, True)
    results(client.create_partitions([NewPartitions(topic, 3)]))
    deadline = time.time() + WAIT_S
    # A client that asks for one topic keeps asking for it, and would make it anew: each question has a client of its own.
    while len(admin().list_topics(topic, timeout=WAIT_S).topics[topic].partitions) != 3:
        if time.time() > deadline:
            raise AssertionError("waited in vain for three partitions")
        time.sleep(0.1)
    send(topic, [{"value": value, "partition": 0} for value in numbered(10)])
    results(client.delete_records([TopicPartition(topic, 0, 5)]))
    found = client.list_offsets({TopicPartition(topic, 0): OffsetSpec.earliest()})
    same("begins", [future.result(WAIT_S).offset for future in found.values()], [5])
    same("nodes", len(client.describe_cluster().result(WAIT_S).nodes) > 0, True)
    results(client.delete_topics([topic]))
    same("listed", topic in client.list_topics(timeout=WAIT_S).topics, False)


def configuration():
    topic = f"{PREFIX}-offsets"
    client = admin()
    set_it = ConfigEntry("retention.ms", "7200000", incremental_operation=AlterConfigOpType.SET)
    add_it = ConfigEntry("cleanup.policy", "compact", incremental_operation=AlterConfigOpType.APPEND)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[set_it, add_it])
    results(client.incremental_alter_configs([resource]))
    (described,) = client.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
    found = described.result(WAIT_S)
    same("retention.ms", found["retention.ms"].value, "7200000")
    same("cleanup.policy", found["cleanup.policy"].value, "delete,compact")


class Member:
    def __init__(self, topic, group, **config):
        self.values = []
        self.partitions = set()
        self.revoked = []
        self.assignments = 0
        self.consumer = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": group, "auto.offset.reset": "earliest",
                                  "enable.auto.commit": False, **config})
        self.cooperative = config.get("partition.assignment.strategy") == "cooperative-sticky" or \
            config.get("group.protocol") == "consumer"
        self.consumer.subscribe([topic], on_assign=self.assigned, on_revoke=self.lost, on_lost=self.lost)

    def assigned(self, _, partitions):
        self.assignments += 1
        numbers = {each.partition for each in partitions}
        self.partitions = self.partitions | numbers if self.cooperative else numbers

    def lost(self, _, partitions):
        numbers = {each.partition for each in partitions}
        self.revoked += sorted(numbers)
        self.partitions -= numbers

    def poll(self):
        messages = self.consumer.consume(100, 0.05)
        for message in messages:
            if message.error():
                raise AssertionError(str(message.error()))
            self.values.append(message.value().decode())
        if messages:
            self.consumer.commit(asynchronous=False)


def until(what, members, probe):
    deadline = time.time() + WAIT_S
    while not probe():
        if time.time() > deadline:
            raise AssertionError(f"waited in vain for {what}: {[(sorted(m.partitions), len(m.values)) for m in members]}")
        for member in members:
            member.poll()


CLASSIC = {"session.timeout.ms": 10_000, "heartbeat.interval.ms": 500}


def members_come_and_go(topic, group, config):
    def write(start, count):
        send(topic, [{"value": v, "partition": i % 4} for i, v in enumerate(numbered(count, "v", start))])

    a = Member(topic, group, **config)
    until("four partitions for one", [a], lambda: len(a.partitions) == 4)
    b = Member(topic, group, **config)
    until("two for each", [a, b], lambda: len(a.partitions) == 2 and len(b.partitions) == 2)
    same("all partitions", a.partitions | b.partitions, {0, 1, 2, 3})
    write(0, 40)
    until("40 records", [a, b], lambda: len(a.values) + len(b.values) >= 40)
    same("both read", (len(a.values), len(b.values)), (20, 20))
    b.consumer.close()
    until("four partitions again", [a], lambda: len(a.partitions) == 4)
    write(40, 40)
    until("80 records", [a], lambda: len(a.values) + len(b.values) >= 80)
    same("each once", sorted(a.values + b.values), sorted(numbered(80)))
    a.consumer.close()
    c = Member(topic, group, **config)
    until("four partitions for the next", [c], lambda: len(c.partitions) == 4)
    write(80, 4)
    until("four new records", [c], lambda: len(c.values) >= 4)
    same("only what is new", sorted(c.values), numbered(4, "v", 80))
    c.consumer.close()
    return a


def groups():
    members_come_and_go(f"{PREFIX}-groups", f"{PREFIX}-group", CLASSIC)


def next_groups():
    members_come_and_go(f"{PREFIX}-next-groups", f"{PREFIX}-next-group", {"group.protocol": "consumer"})


def cooperative():
    config = {**CLASSIC, "partition.assignment.strategy": "cooperative-sticky"}
    topic = f"{PREFIX}-cooperative"
    a = Member(topic, f"{PREFIX}-cooperative", **config)
    until("four partitions for one", [a], lambda: len(a.partitions) == 4)
    b = Member(topic, f"{PREFIX}-cooperative", **config)
    until("two for each", [a, b], lambda: len(a.partitions) == 2 and len(b.partitions) == 2)
    same("given up", set(a.revoked), b.partitions)
    a.consumer.close()
    b.consumer.close()


def static_members():
    topic = f"{PREFIX}-static-members"
    group = f"{PREFIX}-static"

    def member(instance):
        return Member(topic, group, **CLASSIC, **{"group.instance.id": instance})

    a, b = member("one"), member("two")
    until("two for each", [a, b], lambda: len(a.partitions) == 2 and len(b.partitions) == 2)
    held, rebalances = set(b.partitions), a.assignments
    b.consumer.close()
    again = member("two")
    until("its partitions", [a, again], lambda: len(again.partitions) == 2)
    same("the same partitions", again.partitions, held)
    same("no rebalance", a.assignments, rebalances)
    a.consumer.close()
    again.consumer.close()


def group_administration():
    topic, group = f"{PREFIX}-group-administration", f"{PREFIX}-administered"
    send(topic, [{"value": value} for value in numbered(3)])
    member = Member(topic, group, **CLASSIC)
    until("three records", [member], lambda: len(member.values) >= 3)
    client = admin()

    def described():
        return list(client.describe_consumer_groups([group]).values())[0].result(WAIT_S)

    same("members", [(str(described().state), len(described().members))], [("ConsumerGroupState.STABLE", 1)])
    member.consumer.close()
    listed = client.list_consumer_groups().result(WAIT_S).valid
    same("listed", group in [each.group_id for each in listed], True)
    same("empty", (str(described().state), len(described().members)), ("ConsumerGroupState.EMPTY", 0))

    def committed():
        wanted = [ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0)])]
        (future,) = client.list_consumer_group_offsets(wanted).values()
        return future.result(WAIT_S).topic_partitions[0].offset

    same("committed", committed(), 3)
    changed = [ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 1)])]
    results(client.alter_consumer_group_offsets(changed))
    same("set", committed(), 1)
    results(client.delete_consumer_groups([group]))
    listed = client.list_consumer_groups().result(WAIT_S).valid
    same("gone", group in [each.group_id for each in listed], False)


def transactional(name):
    producer = Producer({"bootstrap.servers": BOOTSTRAP, "transactional.id": f"{PREFIX}-{name}"})
    producer.init_transactions(WAIT_S)
    return producer


def transactions():
    topic = f"{PREFIX}-transactions"
    producer = transactional("txn")
    for name, commits in (("first", True), ("second", False), ("third", True)):
        producer.begin_transaction()
        for value in numbered(10, name):
            producer.produce(topic, value)
        producer.flush(WAIT_S)
        producer.commit_transaction(WAIT_S) if commits else producer.abort_transaction(WAIT_S)
    committed = texts(read(topic, 20, **{"isolation.level": "read_committed"}))
    same("committed", committed, numbered(10, "first") + numbered(10, "third"))
    same("all", len(read(topic, 30, **{"isolation.level": "read_uncommitted"})), 30)


def transactional_offsets():
    source, sink, group = f"{PREFIX}-source", f"{PREFIX}-sink", f"{PREFIX}-transform"
    send(source, [{"value": value} for value in numbered(10)])
    member = Member(source, group, **CLASSIC)
    until("a partition", [member], lambda: len(member.partitions) == 1)
    producer = transactional("transform")
    for offset, commits in ((10, True), (5, False)):
        producer.begin_transaction()
        producer.produce(sink, f"to {offset}")
        metadata = member.consumer.consumer_group_metadata()
        producer.send_offsets_to_transaction([TopicPartition(source, 0, offset)], metadata, WAIT_S)
        producer.commit_transaction(WAIT_S) if commits else producer.abort_transaction(WAIT_S)
    found = member.consumer.committed([TopicPartition(source, 0)], timeout=WAIT_S)
    same("committed", found[0].offset, 10)
    same("written", texts(read(sink, 1, **{"isolation.level": "read_committed"})), ["to 10"])
    member.consumer.close()


SCENARIOS = {
    **{name: codec(name) for name in ("none", "gzip", "snappy", "lz4", "zstd")},
    "read-others": read_others,
    "round-trip": round_trip,
    "offsets": offsets,
    "administration": administration,
    "configuration": configuration,
    "groups": groups,
    "static-members": static_members,
    "cooperative": cooperative,
    "next-groups": next_groups,
    "group-administration": group_administration,
    "transactions": transactions,
    "transactional-offsets": transactional_offsets,
}


def main():
    version = f"{confluent_kafka.version()[0] if isinstance(confluent_kafka.version(), tuple) else confluent_kafka.version()}"
    print(json.dumps({"version": f"{version} (librdkafka {confluent_kafka.libversion()[0]})"}))
    for name in NAMES.split(","):
        started = time.time()
        outcome, detail = "passed", ""
        if name not in SCENARIOS:
            outcome = "not-offered"
        else:
            try:
                SCENARIOS[name]()
            except Exception as error:  # whatever it is, it is the outcome
                outcome, detail = "failed", f"{type(error).__name__}: {error}"
        ms = round((time.time() - started) * 1000)
        print(json.dumps({"scenario": name, "outcome": outcome, "detail": detail, "ms": ms}))


main()
