"""A device that nobody here wrote a line of protocol code of: paho-mqtt.

usage: paho_device.py '{"port": ..., "version": "3.1.1" | "5", "user", "password", "ca", "cert", "key", "will": {...}}'
It says {"connected": ...} or {"refused": ...}; then each line of standard input, {"topic", "payload" or "hex", "qos", "retain"},
is published, and {"done": topic} follows once the broker has acknowledged it.
"""

import json
import ssl
import sys

import paho.mqtt.client as mqtt

options = json.loads(sys.argv[1])


def say(line):
    print(json.dumps(line), flush=True)


def body(message):
    return bytes.fromhex(message["hex"]) if "hex" in message else message["payload"].encode()


version = mqtt.MQTTv5 if options.get("version") == "5" else mqtt.MQTTv311
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=options.get("id", "paho"), protocol=version)
client.on_connect = lambda _c, _d, _f, code, _p: say({"refused": str(code)} if code.is_failure else {"connected": True})
client.on_disconnect = lambda _c, _d, _f, code, _p: say({"disconnected": str(code)})
if "user" in options:
    client.username_pw_set(options["user"], options["password"])
if "ca" in options:
    client.tls_set(
        ca_certs=options["ca"],
        certfile=options.get("cert"),
        keyfile=options.get("key"),
        cert_reqs=ssl.CERT_REQUIRED,
    )
if "will" in options:
    will = options["will"]
    client.will_set(will["topic"], body(will), qos=will.get("qos", 0), retain=will.get("retain", False))
try:
    client.connect("127.0.0.1", options["port"], keepalive=30)
except OSError as error:
    say({"refused": str(error)})
    sys.exit(0)
client.loop_start()
for line in sys.stdin:
    message = json.loads(line)
    info = client.publish(message["topic"], body(message), message.get("qos", 0), message.get("retain", False))
    info.wait_for_publish(30)
    say({"done": message["topic"], "qos": message.get("qos", 0), "acknowledged": info.is_published()})
client.disconnect()
