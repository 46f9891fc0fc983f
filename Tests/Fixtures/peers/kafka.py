"""kafka.py FOLDER: librdkafka's own mock cluster of one broker, and a consumer of the topic `alerts`.

Writes the broker's address to FOLDER/brokers, and each message that came to FOLDER/messages, as a line of JSON. SIGUSR1
takes the broker down, SIGUSR2 up again: then there is FOLDER/down and FOLDER/up.
"""

import ctypes
import json
import os
import signal
import sys

folder = sys.argv[1]
library = ctypes.CDLL("librdkafka.so.1")


class Message(ctypes.Structure):
    _fields_ = [
        ("err", ctypes.c_int), ("topic", ctypes.c_void_p), ("partition", ctypes.c_int32), ("payload", ctypes.c_void_p),
        ("length", ctypes.c_size_t), ("key", ctypes.c_void_p), ("key_length", ctypes.c_size_t),
        ("offset", ctypes.c_int64), ("opaque", ctypes.c_void_p),
    ]


def function(name, result, *arguments):
    found = getattr(library, "rd_kafka_" + name)
    found.restype, found.argtypes = result, arguments
    return found


pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
conf_new = function("conf_new", pointer)
conf_set = function("conf_set", number, pointer, text, text, text, ctypes.c_size_t)
new = function("new", pointer, number, pointer, text, ctypes.c_size_t)
cluster_new = function("mock_cluster_new", pointer, pointer, number)
bootstraps = function("mock_cluster_bootstraps", text, pointer)
topic_create = function("mock_topic_create", number, pointer, text, number, number)
set_down = function("mock_broker_set_down", number, pointer, ctypes.c_int32)
set_up = function("mock_broker_set_up", number, pointer, ctypes.c_int32)
list_new = function("topic_partition_list_new", pointer, number)
list_add = function("topic_partition_list_add", pointer, pointer, text, ctypes.c_int32)
set_offset = function("topic_partition_list_set_offset", number, pointer, text, ctypes.c_int32, ctypes.c_int64)
assign = function("assign", number, pointer, pointer)
poll_set_consumer = function("poll_set_consumer", number, pointer)
consumer_poll = function("consumer_poll", ctypes.POINTER(Message), pointer, number)
message_destroy = function("message_destroy", None, ctypes.POINTER(Message))


def client(kind, **properties):
    configuration = conf_new()
    error = ctypes.create_string_buffer(512)
    for name, value in properties.items():
        if conf_set(configuration, name.replace("_", ".").encode(), value.encode(), error, 512) != 0:
            sys.exit(error.value.decode())
    made = new(kind, configuration, error, 512)
    return made or sys.exit(error.value.decode())


PARTITIONS = 4
owner = client(0)
cluster = cluster_new(owner, 1)
topic_create(cluster, b"alerts", PARTITIONS, 1)
brokers = bootstraps(cluster).decode()


def change(broker, state):
    broker(cluster, 1)
    with open(os.path.join(folder, state), "w", encoding="utf-8") as file:
        file.write("1")


signal.signal(signal.SIGUSR1, lambda *_: change(set_down, "down"))
signal.signal(signal.SIGUSR2, lambda *_: change(set_up, "up"))

consumer = client(1, bootstrap_servers=brokers, group_id="reader", reconnect_backoff_max_ms="200")
partitions = list_new(PARTITIONS)
for partition in range(PARTITIONS):
    list_add(partitions, b"alerts", partition)
    set_offset(partitions, b"alerts", partition, 0)
assign(consumer, partitions)
poll_set_consumer(consumer)

with open(os.path.join(folder, "brokers.new"), "w", encoding="utf-8") as file:
    file.write(brokers)
os.rename(os.path.join(folder, "brokers.new"), os.path.join(folder, "brokers"))
with open(os.path.join(folder, "messages"), "a", encoding="utf-8") as file:
    while True:
        message = consumer_poll(consumer, 50)
        if not message:
            continue
        found = message.contents
        if found.err == 0:
            key = ctypes.string_at(found.key, found.key_length).decode() if found.key else None
            value = ctypes.string_at(found.payload, found.length).decode()
            file.write(json.dumps({"key": key, "value": value, "partition": found.partition}) + "\n")
            file.flush()
        message_destroy(message)
