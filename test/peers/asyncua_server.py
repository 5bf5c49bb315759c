"""An encrypted OPC UA server of another maker, for tests: counters with history, a unit, an enumeration, an array."""

import asyncio
import json
import sys
from pathlib import Path

from asyncua import Server, ua
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
    async with server:
        for counter in counters:
            await server.historize_node_data_change(counter, period=None, count=100_000)
        print(json.dumps({"certificateFile": str(FOLDER / "certificate.der")}), flush=True)
        number = 0
        while True:
            number += 1
            for counter in counters:
                await counter.write_value(float(number))
            await asyncio.sleep(0.2)


asyncio.run(main())
