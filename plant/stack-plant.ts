import { parseDocument } from 'yaml';

/**
 * The demo plant as docker-compose.yml runs it: the same areas, with the store, the broker and the sources of the stack.
 * Committed as deploy/plant.yaml and proved current by a test.
 */
export function stackPlant(demo: string): string {
  const document = parseDocument(demo);
  if (document.contents) document.contents.commentBefore = null;
  document.commentBefore = [
    ' yaml-language-server: $schema=../plant/plant.schema.json',
    ' Generated from plant.yaml by `npm run generate`: the demo plant in the stack of docker-compose.yml.',
  ].join('\n');
  document.set('store', {
    ...{ kind: 'influxdb', url: 'http://influxdb:8086', database: 'plantscope', org: 'plantscope' },
    tokenFile: '/tokens/influx_token',
  });
  document.set('broker', {
    ...{ kind: 'external', url: 'mqtt://broker:1883' },
    ...{ username: 'platform', passwordFile: '/run/secrets/broker_platform' },
  });
  document.setIn(['sources', 'plc', 'endpoint'], 'opc.tcp://devices:4842/plantscope/sim');
  document.deleteIn(['sources', 'plc', 'simulated']);
  document.setIn(['sources', 'plc', 'user'], { name: 'gateway', passwordFile: '/run/secrets/opcua_gateway' });
  document.deleteIn(['sources', 'devices', 'simulated']);
  document.setIn(['sources', 'devices', 'broker'], 'mqtt://broker:1883');
  document.setIn(['sources', 'devices', 'user'], {
    name: 'platform',
    passwordFile: '/run/secrets/broker_platform',
  });
  return document.toString({ lineWidth: 120 });
}
