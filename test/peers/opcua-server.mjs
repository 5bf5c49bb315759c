// An OPC UA server in a process of its own, for tests: counters whose value is a function of time, so that its historian
// answers for any past, even for the time it was down. Options come as JSON in argv[2], commands by IPC.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  coerceLocalizedText,
  DataType,
  DataValue,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  setErrorLogger,
  setWarningLogger,
  VariableIds,
  Variant,
  VariantArrayType,
} from 'node-opcua';

const options = {
  port: 0,
  pkiFolder: '',
  namespaces: ['urn:plantscope:test'],
  counters: 4,
  intervalMs: 200,
  history: true,
  /** Start of the history, epoch ms. */
  historyFromMs: 0,
  limits: {},
  openSecurity: false,
  user: undefined,
  /** Nobody comes in but users with a certificate that was trusted by command. */
  certificateUsers: false,
  /** What it says of its limits, whatever they are. */
  statedLimit: undefined,
  serviceLevel: 255,
  alarms: false,
  /** Counters that stand still. */
  isFrozen: false,
  /** How far this server's counters are ahead of the clock of the machine. */
  skewMs: 0,
  ...JSON.parse(process.argv[2] ?? '{}'),
};

setWarningLogger(() => undefined);
setErrorLogger(() => undefined);

const manager = (folder, automaticallyAcceptUnknownCertificate = true) =>
  new OPCUACertificateManager({
    rootFolder: join(options.pkiFolder, folder),
    automaticallyAcceptUnknownCertificate,
  });
const users = manager('users', !options.certificateUsers);
const server = new OPCUAServer({
  port: options.port,
  hostname: '127.0.0.1',
  resourcePath: '/',
  serverCertificateManager: manager('own'),
  userCertificateManager: users,
  securityPolicies: [
    SecurityPolicy.Basic256Sha256,
    SecurityPolicy.Aes128_Sha256_RsaOaep,
    SecurityPolicy.Aes256_Sha256_RsaPss,
    ...(options.openSecurity ? [SecurityPolicy.None] : []),
  ],
  securityModes: [
    MessageSecurityMode.Sign,
    MessageSecurityMode.SignAndEncrypt,
    ...(options.openSecurity ? [MessageSecurityMode.None] : []),
  ],
  allowAnonymous: options.user === undefined && !options.certificateUsers,
  userManager: {
    isValidUser: (name, password) => name === options.user?.name && password === options.user?.password,
  },
  // 0: every change goes out; else the server folds changes that come close together, and samples are missing.
  serverCapabilities: { operationLimits: options.limits, minSupportedSampleRate: 0, ...options.capabilities },
  serverInfo: { applicationUri: 'urn:plantscope:test-server' },
  maxConnectionsPerEndpoint: 20,
});
await server.initialize();
const { addressSpace } = server.engine;
const indexed = options.namespaces.map((uri) => addressSpace.registerNamespace(uri));
const namespace = indexed[options.namespaces.indexOf('urn:plantscope:test')];
const folder = namespace.addObject({
  organizedBy: addressSpace.rootFolder.objects,
  browseName: 'Plant',
  nodeId: 's=Plant',
});

/** The counter's value at its k-th tick, and when that was. */
const tickAt = (k) =>
  new DataValue({
    value: new Variant({ dataType: DataType.Double, value: k }),
    statusCode: StatusCodes.Good,
    sourceTimestamp: new Date(k * options.intervalMs),
    serverTimestamp: new Date(k * options.intervalMs),
  });
const nowTick = () => Math.floor((Date.now() + options.skewMs) / options.intervalMs);

const historian = {
  push: async () => undefined,
  extractDataValues(details, maxCount, _isReversed, _reverse, callback) {
    const from = Math.max(details.startTime?.getTime() ?? 0, options.historyFromMs);
    const to = Math.min(details.endTime?.getTime() ?? Date.now(), Date.now() + options.skewMs);
    const values = [];
    for (let k = Math.ceil(from / options.intervalMs); k * options.intervalMs < to; k++)
      values.push(tickAt(k));
    callback(null, maxCount ? values.slice(0, maxCount) : values);
  },
};

/** The newest tick the counters hold; one for all of them, or a start beside a tick would leave that tick out. */
let last = nowTick();
const counters = [];
for (let index = 0; index < options.counters; index++) {
  const variable = namespace.addVariable({
    componentOf: folder,
    browseName: `Counter${index}`,
    nodeId: `s=Counter${index}`,
    dataType: 'Double',
    minimumSamplingInterval: 0,
  });
  variable.setValueFromSource(tickAt(last).value, StatusCodes.Good, new Date(last * options.intervalMs));
  if (options.history) addressSpace.installHistoricalDataNode(variable, { historian });
  counters.push(variable);
}

const add = (name, dataType, value, more = {}) => {
  const variable = namespace.addVariable({
    componentOf: folder,
    browseName: name,
    nodeId: `s=${name}`,
    dataType,
    minimumSamplingInterval: 0,
    ...more,
  });
  variable.setValueFromSource(value, StatusCodes.Good);
  return variable;
};
const variables = {
  Flag: add('Flag', 'Boolean', { dataType: DataType.Boolean, value: true }),
  Label: add('Label', 'String', { dataType: DataType.String, value: 'Ofen 1' }),
  Title: add('Title', 'LocalizedText', {
    dataType: DataType.LocalizedText,
    value: coerceLocalizedText('Furnace'),
  }),
  When: add('When', 'DateTime', { dataType: DataType.DateTime, value: new Date('2026-01-02T03:04:05Z') }),
  Big: add('Big', 'Int64', {
    dataType: DataType.Int64,
    arrayType: VariantArrayType.Scalar,
    value: [4294967295, 4294967294],
  }),
  Spectrum: add(
    'Spectrum',
    'Double',
    {
      dataType: DataType.Double,
      arrayType: VariantArrayType.Array,
      value: new Float64Array([1.5, 2.5, 3.5]),
    },
    { valueRank: 1 },
  ),
  Setpoint: add('Setpoint', 'Float', { dataType: DataType.Float, value: 20 }),
  Picture: add('Picture', 'ByteString', { dataType: DataType.ByteString, value: Buffer.from([1, 2, 3]) }),
};
const mode = namespace.addEnumerationType({
  browseName: 'OperatingMode',
  enumeration: ['Off', 'Manual', 'Automatic'],
});
variables.Mode = add('Mode', mode.nodeId, { dataType: DataType.Int32, value: 2 });
variables.Temperature = namespace.addAnalogDataItem({
  componentOf: folder,
  browseName: 'Temperature',
  nodeId: 's=Temperature',
  definition: 'boiler',
  valuePrecision: 0.1,
  engineeringUnitsRange: { low: -10, high: 150 },
  engineeringUnits: {
    namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact',
    unitId: 4408652,
    displayName: '°C',
    description: 'degree Celsius',
  },
  dataType: 'Double',
  minimumSamplingInterval: 0,
  value: { dataType: DataType.Double, value: 81.5 },
});

if (options.alarms) {
  addressSpace.installAlarmsAndConditionsService();
  folder.setEventNotifier?.(1);
  const source = namespace.addObject({
    organizedBy: addressSpace.rootFolder.objects,
    browseName: 'Boiler',
    eventSourceOf: addressSpace.rootFolder.objects.server,
    nodeId: 's=Boiler',
  });
  const level = namespace.addVariable({
    componentOf: source,
    browseName: 'Level',
    nodeId: 's=Level',
    dataType: 'Double',
    value: { dataType: DataType.Double, value: 50 },
  });
  namespace.instantiateNonExclusiveLimitAlarm('NonExclusiveLimitAlarmType', {
    browseName: 'LevelAlarm',
    conditionName: 'LevelAlarm',
    conditionSource: source,
    inputNode: level,
    highLimit: 80,
    highHighLimit: 95,
    lowLimit: 20,
    lowLowLimit: 5,
  });
  variables.Level = level;
}

if (options.statedLimit !== undefined) {
  const stated = [
    'MaxNodesPerRead',
    'MaxMonitoredItemsPerCall',
    'MaxNodesPerTranslateBrowsePathsToNodeIds',
    'MaxNodesPerBrowse',
  ];
  for (const name of stated) {
    addressSpace
      .findNode(VariableIds[`Server_ServerCapabilities_OperationLimits_${name}`])
      .bindVariable(
        { get: () => new Variant({ dataType: DataType.UInt32, value: options.statedLimit }) },
        true,
      );
  }
}

server.engine.setServiceLevel?.(options.serviceLevel);
const levelNode = addressSpace.findNode('i=2267');
levelNode?.bindVariable(
  { get: () => new Variant({ dataType: DataType.Byte, value: options.serviceLevel }) },
  true,
);

const tick = setInterval(
  () => {
    if (options.isFrozen) return;
    const now = nowTick();
    // One value at a time: a late timer must not skip a tick.
    for (let k = last + 1; k <= now; k++) {
      for (const counter of counters)
        counter.setValueFromSource(tickAt(k).value, StatusCodes.Good, new Date(k * options.intervalMs));
    }
    last = Math.max(last, now);
  },
  Math.max(5, options.intervalMs / 4),
);

let lastWriteMs = 0;
const commands = {
  write: ({ name, value, status }) => {
    const variable = variables[name] ?? counters[Number(name.replace('Counter', ''))];
    const variant =
      value === undefined
        ? variable.readValue().value
        : { dataType: variable.readValue().value.dataType, value };
    // Writes that come back to back have source times of their own.
    lastWriteMs = Math.max(lastWriteMs + 1, Date.now());
    variable.setValueFromSource(
      variant,
      status ? StatusCodes[status] : StatusCodes.Good,
      new Date(lastWriteMs),
    );
  },
  freeze: ({ isFrozen }) => {
    options.isFrozen = isFrozen;
  },
  remove: ({ name }) => namespace.deleteNode(namespace.findNode(`s=${name}`)),
  serviceLevel: ({ level }) => {
    options.serviceLevel = level;
  },
  trustUser: ({ certificateFile }) =>
    users.trustCertificate(new X509Certificate(readFileSync(certificateFile)).raw),
  /** The sessions live on, keep-alives go on, and no value is published any more. */
  mute: () => {
    for (const session of Object.values(server.engine._sessions)) {
      for (const subscription of session.publishEngine.subscriptions) subscription.setPublishingMode(false);
    }
  },
  value: ({ name }) => variables[name]?.readValue().value.value,
  /** Forgets every session with its subscriptions: nothing is left to be transferred. */
  dropSessions: () => {
    for (const session of Object.values(server.engine._sessions)) {
      server.engine.closeSession(session.authenticationToken, true, 'Terminated');
    }
  },
};
process.on('message', async ({ id, command, ...parameters }) => {
  process.send({ id, result: (await commands[command](parameters)) ?? null });
});
process.on('SIGTERM', async () => {
  clearInterval(tick);
  await server.shutdown(0);
  process.exit(0);
});

await server.start();
process.send?.({ ready: server.getEndpointUrl(), certificateFile: server.certificateFile, pid: process.pid });
