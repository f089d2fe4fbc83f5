"""As recovery-kafkajs.ts, for librdkafka: a producer or a consumer that tells in lines what happens."""
import json
import os
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaException, Producer

ROLE, BOOTSTRAPS, TOPIC, PARTITIONS, SETTINGS = sys.argv[1:6]
SEND_EVERY_S = 0.05
CONFIG = {"bootstrap.servers": BOOTSTRAPS, "client.id": "recovery", **json.loads(SETTINGS)}


def now_ms():
    return time.monotonic_ns() / 1e6


def say(*words):
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def produce():
    producer = Producer(CONFIG)
    number = 0

    def delivered(partition, number, sent):
        def on_delivery(error, message):
            if error:
                say("error", error.str())
            else:
                say("acked", partition, message.offset(), number, sent, now_ms())

        return on_delivery

    say("running")
    while True:
        began = time.monotonic()
        for partition in range(int(PARTITIONS)):
            sent = now_ms()
            try:
                producer.produce(TOPIC, f"{number} {sent}", partition=partition,
                                 on_delivery=delivered(partition, number, sent))
                number += 1
            except (BufferError, KafkaException) as error:
                say("error", error)
        while (left := began + SEND_EVERY_S - time.monotonic()) > 0:
            producer.poll(left)
        producer.poll(0)


def consume():
    consumer = Consumer({"group.id": f"read-by-librdkafka-{os.getpid()}", "auto.offset.reset": "earliest", **CONFIG})
    consumer.subscribe([TOPIC])
    say("running")
    while True:
        for message in consumer.consume(500, 0.05):
            if message.error():
                say("error", message.error().str())
                continue
            number, sent = message.value().decode().split(" ")
            say("read", message.partition(), message.offset(), number, sent, now_ms())


threading.Thread(target=end_with_input, daemon=True).start()
produce() if ROLE == "produce" else consume()
