"""An encrypted OPC UA server of another maker, for tests: counters with history, a unit, an enumeration, an array."""

import asyncio
import json
import sys
from pathlib import Path

from asyncua import Server, ua
from asyncua.common.structures104 import new_enum, new_struct, new_struct_field
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from cryptography.x509.oid import ExtendedKeyUsageOID

PORT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
NAMESPACE = "urn:plantscope:asyncua"
APPLICATION = "urn:plantscope:asyncua-server"


async def secure(server: Server) -> None:
    key, certificate = FOLDER / "key.pem", FOLDER / "certificate.der"
    await setup_self_signed_certificate(
        key, certificate, APPLICATION, "127.0.0.1", [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH], {}
    )
    await server.load_certificate(str(certificate))
    await server.load_private_key(str(key))
    server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])


async def add_structures(server: Server, index: int, pump) -> None:
    """A structure and an enumeration of the server's own, which a client must learn before it can read them."""
    inner = await new_struct(server, index, "Limits", [new_struct_field("High", ua.VariantType.Double)])
    fields = [
        new_struct_field("Level", ua.VariantType.Double),
        new_struct_field("Alarms", ua.VariantType.UInt16),
        new_struct_field("Limits", inner[0]),
    ]
    sample, _ = await new_struct(server, index, "Sample", fields)
    mode = await new_enum(server, index, "PumpMode", ["Off", "Hand", "Auto"])
    await server.load_data_type_definitions()
    value = ua.Sample()
    value.Level, value.Alarms, value.Limits.High = 41.5, 3, 95.0
    await pump.add_variable(index, "Sample", value, datatype=sample.nodeid)
    await pump.add_variable(index, "Mode", ua.PumpMode.Auto, datatype=mode.nodeid)


async def add_oddities(index: int, plant) -> None:
    """What address spaces of real plants hold: a circle, a method, equal names, names of any script, a value that is bad now."""
    oven = await plant.add_object(ua.NodeId("Ofen", index), ua.QualifiedName("Öfen & Co.: <1>", index))
    nested = await oven.add_folder(ua.NodeId("Nested", index), "Nested")
    await nested.add_reference(plant, ua.ObjectIds.Organizes, bidirectional=False)
    await oven.add_method(ua.NodeId("Reset", index), ua.QualifiedName("Reset", index), lambda _: [], [], [])
    for number in range(2):
        await oven.add_variable(ua.NodeId(5000 + number, index), ua.QualifiedName("Twin", index), float(number))
    level = await oven.add_variable(ua.NodeId("Level", index), ua.QualifiedName("Füllstand/Süd", index), 1.0)
    await level.add_variable(ua.NodeId("Level.Peak", index), ua.QualifiedName("Peak", index), 2.0)
    await oven.add_variable(ua.NodeId("Table", index), "Table", ua.Variant([[1.0, 2.0], [3.0, 4.0]], ua.VariantType.Double))
    await oven.add_variable(ua.NodeId("Picture", index), "Picture", b"no tag")
    broken = await oven.add_variable(ua.NodeId("Broken", index), "Broken", 1.0)
    await broken.write_value(ua.DataValue(ua.Variant(1.0), ua.StatusCode(ua.StatusCodes.BadSensorFailure)))


async def main() -> None:
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{PORT}/")
    await server.set_application_uri(APPLICATION)
    await secure(server)
    index = await server.register_namespace(NAMESPACE)
    plant = await server.nodes.objects.add_object(index, "Hall 1")
    pump = await plant.add_object(index, "Pump 7")
    counters = [await pump.add_variable(ua.NodeId(f"Counter{n}", index), f"Counter{n}", 0.0) for n in range(3)]
    temperature = await pump.add_variable(index, "Bearing Temperature", 61.5)
    await temperature.add_property(
        ua.NodeId(0, 0),
        ua.QualifiedName("EngineeringUnits", 0),
        ua.EUInformation("http://www.opcfoundation.org/UA/units/un/cefact", 4408652, ua.LocalizedText("°C"), ua.LocalizedText("degree Celsius")),
    )
    await temperature.add_property(ua.NodeId(0, 0), ua.QualifiedName("EURange", 0), ua.Range(0.0, 120.0))
    await pump.add_variable(index, "Running", True)
    await pump.add_variable(index, "Phases", [1.5, 2.5, 3.5])
    await pump.add_variable(index, "Name", "Pumpe 7")
    await add_structures(server, index, pump)
    await add_oddities(index, plant)
    events = await server.get_event_generator()
    async with server:
        for counter in counters:
            await server.historize_node_data_change(counter, period=None, count=100_000)
        print(json.dumps({"certificateFile": str(FOLDER / "certificate.der")}), flush=True)
        number = 0
        while True:
            number += 1
            for counter in counters:
                await counter.write_value(float(number))
            if number % 10 == 0:
                await events.trigger(message=f"filter clogged {number}")
            await asyncio.sleep(0.2)


asyncio.run(main())
