"""kafka-python: prints a line of JSON with the outcome of each scenario."""
import json
import logging
import sys
import time

import kafka
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.structs import OffsetAndMetadata

logging.disable(logging.CRITICAL)
BOOTSTRAP, PREFIX, NAMES = sys.argv[-3:]
WAIT_S = 90


def numbered(count, name="v", start=0):
    return [f"{name}-{i}" for i in range(start, start + count)]


def same(what, found, wanted):
    if found != wanted:
        raise AssertionError(f"{what}: {str(found)[:300]} where {str(wanted)[:300]} was expected")


def send(topic, records, **config):
    producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, acks="all", **config)
    futures = [producer.send(topic, **record) for record in records]
    producer.flush(WAIT_S)
    for future in futures:
        future.get(WAIT_S)
    producer.close()


def read(topic, count, **config):
    """The first so many records of partition 0, without a group."""
    consumer = KafkaConsumer(bootstrap_servers=BOOTSTRAP, group_id=None, auto_offset_reset="earliest", **config)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek_to_beginning()
    found = []
    deadline = time.time() + WAIT_S
    while len(found) < count and time.time() < deadline:
        for records in consumer.poll(500).values():
            found += records
    consumer.close()
    return found


def texts(records):
    return [record.value.decode() for record in records]


def codec(name):
    def run():
        topic = f"{PREFIX}-{name}"
        values = [f"{value} {'x' * 500}" for value in numbered(200)]
        kind = None if name == "none" else name
        send(topic, [{"value": value.encode()} for value in values], compression_type=kind, linger_ms=50)
        same("records", texts(read(topic, 200)), values)

    return run


def read_others():
    same("seed", texts(read("seed", 100)), numbered(100, "seed"))


def round_trip():
    topic = f"{PREFIX}-round-trip"
    at = 1_700_000_000_123
    headers = [("a", b"1"), ("a", b"2"), ("empty", b"")]
    send(topic, [
        {"key": b"k1", "value": b"v1", "timestamp_ms": at, "headers": headers},
        {"key": b"k2", "value": None, "timestamp_ms": at},
        {"key": None, "value": b"v3", "timestamp_ms": at},
    ])
    found = [(r.key, r.value, r.timestamp, [tuple(header) for header in r.headers]) for r in read(topic, 3)]
    same("records", found, [(b"k1", b"v1", at, headers), (b"k2", None, at, []), (None, b"v3", at, [])])


def offsets():
    topic = f"{PREFIX}-offsets"
    send(topic, [{"value": b"v", "timestamp_ms": at} for at in (1000, 2000, 3000)])
    consumer = KafkaConsumer(bootstrap_servers=BOOTSTRAP)
    place = TopicPartition(topic, 0)
    same("begins", consumer.beginning_offsets([place])[place], 0)
    same("ends", consumer.end_offsets([place])[place], 3)
    same("offset at 1500", consumer.offsets_for_times({place: 1500})[place].offset, 1)
    consumer.close()


def administration():
    topic = f"{PREFIX}-made"
    client = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)
    made = NewTopic(topic, num_partitions=2, replication_factor=1, topic_configs={"retention.ms": "3600000"})
    client.create_topics([made])
    same("listed", topic in client.list_topics(), True)
    client.create_partitions({topic: NewPartitions(3)})
    send(topic, [{"value": b"v", "partition": 0}] * 10)
    client.delete_records({TopicPartition(topic, 0): 5})
    consumer = KafkaConsumer(bootstrap_servers=BOOTSTRAP)
    same("partitions", consumer.partitions_for_topic(topic), {0, 1, 2})
    same("begins", list(consumer.beginning_offsets([TopicPartition(topic, 0)]).values()), [5])
    consumer.close()
    client.delete_topics([topic])
    same("listed", topic in client.list_topics(), False)
    client.close()


def configuration():
    topic = f"{PREFIX}-offsets"
    client = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "7200000"})])
    same("described", "7200000" in str(client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])), True)
    client.close()


class Member(ConsumerRebalanceListener):
    def __init__(self, topic, group, **config):
        self.values = []
        self.partitions = set()
        self.assignments = 0
        self.consumer = KafkaConsumer(
            bootstrap_servers=BOOTSTRAP, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
            session_timeout_ms=10_000, heartbeat_interval_ms=500, **config)
        self.consumer.subscribe([topic], listener=self)

    def on_partitions_assigned(self, assigned):
        self.assignments += 1
        self.partitions = {each.partition for each in assigned}

    def on_partitions_revoked(self, revoked):
        self.partitions = set()

    def poll(self):
        for records in self.consumer.poll(50).values():
            self.values += texts(records)
            self.consumer.commit()


def until(what, members, probe):
    deadline = time.time() + WAIT_S
    while not probe():
        if time.time() > deadline:
            raise AssertionError(f"waited in vain for {what}: {[(sorted(m.partitions), len(m.values)) for m in members]}")
        for member in members:
            member.poll()


def groups():
    topic, group = f"{PREFIX}-groups", f"{PREFIX}-group"

    def write(start, count):
        send(topic, [{"value": v.encode(), "partition": i % 4} for i, v in enumerate(numbered(count, "v", start))])

    a = Member(topic, group)
    until("four partitions for one", [a], lambda: len(a.partitions) == 4)
    b = Member(topic, group)
    until("two for each", [a, b], lambda: len(a.partitions) == 2 and len(b.partitions) == 2)
    write(0, 40)
    until("40 records", [a, b], lambda: len(a.values) + len(b.values) >= 40)
    same("both read", (len(a.values), len(b.values)), (20, 20))
    b.consumer.close()
    until("four partitions again", [a], lambda: len(a.partitions) == 4)
    write(40, 40)
    until("80 records", [a], lambda: len(a.values) + len(b.values) >= 80)
    same("each once", sorted(a.values + b.values), sorted(numbered(80)))
    a.consumer.close()
    c = Member(topic, group)
    until("four partitions for the next", [c], lambda: len(c.partitions) == 4)
    write(80, 4)
    until("four new records", [c], lambda: len(c.values) >= 4)
    same("only what is new", sorted(c.values), numbered(4, "v", 80))
    c.consumer.close()


def static_members():
    topic, group = f"{PREFIX}-static-members", f"{PREFIX}-static"
    a = Member(topic, group, group_instance_id="one")
    b = Member(topic, group, group_instance_id="two")
    until("two for each", [a, b], lambda: len(a.partitions) == 2 and len(b.partitions) == 2)
    held, rebalances = set(b.partitions), a.assignments
    b.consumer.close()
    again = Member(topic, group, group_instance_id="two")
    until("its partitions", [a, again], lambda: len(again.partitions) == 2)
    same("the same partitions", again.partitions, held)
    same("no rebalance", a.assignments, rebalances)
    a.consumer.close()
    again.consumer.close()


def group_administration():
    topic, group = f"{PREFIX}-group-administration", f"{PREFIX}-administered"
    send(topic, [{"value": value.encode()} for value in numbered(3)])
    member = Member(topic, group)
    until("three records", [member], lambda: len(member.values) >= 3)
    member.consumer.close()
    client = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)
    same("listed", group in str(client.list_groups()), True)
    found = client.list_group_offsets(group)
    same("committed", "offset=3" in str(found), True)
    client.delete_groups([group])
    same("gone", group in str(client.list_groups()), False)
    client.close()


def transactions():
    topic = f"{PREFIX}-transactions"
    producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, transactional_id=f"{PREFIX}-txn")
    producer.init_transactions()
    for name in ("first", "second", "third"):
        producer.begin_transaction()
        for value in numbered(10, name):
            producer.send(topic, value.encode())
        producer.flush(WAIT_S)
        producer.abort_transaction() if name == "second" else producer.commit_transaction()
    producer.close()
    committed = texts(read(topic, 20, isolation_level="read_committed"))
    same("committed", committed, numbered(10, "first") + numbered(10, "third"))
    same("all", len(read(topic, 30, isolation_level="read_uncommitted")), 30)


def transactional_offsets():
    source, sink, group = f"{PREFIX}-source", f"{PREFIX}-sink", f"{PREFIX}-transform"
    place = TopicPartition(source, 0)
    producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, transactional_id=f"{PREFIX}-transform")
    producer.init_transactions()
    for offset in (10, 5):
        producer.begin_transaction()
        producer.send(sink, f"to {offset}".encode())
        producer.send_offsets_to_transaction({place: OffsetAndMetadata(offset, "", -1)}, group)
        producer.commit_transaction() if offset == 10 else producer.abort_transaction()
    producer.close()
    consumer = KafkaConsumer(bootstrap_servers=BOOTSTRAP, group_id=group)
    same("committed", consumer.committed(place), 10)
    consumer.close()
    same("written", texts(read(sink, 1, isolation_level="read_committed")), ["to 10"])


SCENARIOS = {
    **{name: codec(name) for name in ("none", "gzip", "snappy", "lz4", "zstd")},
    "read-others": read_others,
    "round-trip": round_trip,
    "offsets": offsets,
    "administration": administration,
    "configuration": configuration,
    "groups": groups,
    "static-members": static_members,
    "group-administration": group_administration,
    "transactions": transactions,
    "transactional-offsets": transactional_offsets,
}


def main():
    print(json.dumps({"version": kafka.__version__}))
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
