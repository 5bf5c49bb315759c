"""A Sparkplug B host that nobody here wrote a line of protocol code of: paho-mqtt, and the protobuf wire read by hand.

usage: sparkplug_host.py PORT FILTER
Each message is one JSON line on standard output; a line `rebirth GROUP EDGE` on standard input asks for births.
"""

import json
import struct
import sys
import time

import paho.mqtt.client as mqtt

NAMES = {1: "name", 2: "alias", 3: "timestamp", 4: "datatype", 5: "isHistorical", 7: "isNull", 9: "properties"}
VALUES = {10: "int", 11: "long", 12: "float", 13: "double", 14: "boolean", 15: "string"}


def fields(data):
    """Yields (number, wire type, value) of one protobuf message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, varint()
        elif wire == 1:
            yield number, struct.unpack_from("<d", data, at)[0]
            at += 8
        elif wire == 5:
            yield number, struct.unpack_from("<f", data, at)[0]
            at += 4
        elif wire == 2:
            length = varint()
            yield number, bytes(data[at : at + length])
            at += length
        else:
            raise ValueError(f"wire type {wire}")


def properties(data):
    keys, values = [], []
    for number, value in fields(data):
        if number == 1:
            keys.append(value.decode())
        elif number == 2:
            inner = dict(fields(value))
            values.append(inner[8].decode() if 8 in inner else inner.get(3))
    return dict(zip(keys, values))


def metric(data):
    found = {}
    for number, value in fields(data):
        if number == 9:
            found["properties"] = properties(value)
        elif number in NAMES:
            found[NAMES[number]] = value.decode() if isinstance(value, bytes) else value
        elif number in VALUES:
            found["type"] = VALUES[number]
            found["value"] = value.decode() if isinstance(value, bytes) else value
    return found


def payload(data):
    found = {"metrics": []}
    for number, value in fields(data):
        if number == 1:
            found["timestamp"] = value
        elif number == 2:
            found["metrics"].append(metric(value))
        elif number == 3:
            found["seq"] = value
    return found


def varint_bytes(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def rebirth():
    name = b"Node Control/Rebirth"
    body = bytes([0x0A, len(name)]) + name + b"\x20\x0b" + b"\x70\x01"
    return b"\x08" + varint_bytes(int(time.time() * 1000)) + b"\x12" + bytes([len(body)]) + body


def say(line):
    print(json.dumps(line), flush=True)


def on_message(_client, _data, message):
    say({"topic": message.topic, "qos": message.qos, "retain": message.retain, **payload(message.payload)})


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="paho-host")
client.on_message = on_message
client.on_subscribe = lambda *_: say({"ready": True})
client.connect("127.0.0.1", int(sys.argv[1]))
client.subscribe(sys.argv[2], qos=1)
client.loop_start()
for line in sys.stdin:
    _, group, edge = line.split()
    client.publish(f"spBv1.0/{group}/NCMD/{edge}", rebirth(), qos=0)
