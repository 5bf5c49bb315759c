import { generate, type IConnectPacket } from 'mqtt-packet';

const UNSUPPORTED_PROTOCOL_VERSION = 0x84;

/**
 * The answer to a client of MQTT 5, in its own protocol, so that it says what is wrong; undefined for older ones. One in
 * MQTT 3.1.1 would be malformed to it, and all it could tell is a broken connection.
 * @see MQTT 5.0 clause 3.2.2.2
 */
export function refusalOfNewerProtocol({
  protocolVersion,
}: Pick<IConnectPacket, 'protocolVersion'>): Buffer | undefined {
  if (protocolVersion !== 5) return undefined;
  const properties = { reasonString: 'this broker speaks MQTT 3.1.1: let the client use that version' };
  return generate(
    { cmd: 'connack', sessionPresent: false, reasonCode: UNSUPPORTED_PROTOCOL_VERSION, properties },
    { protocolVersion: 5 },
  );
}
