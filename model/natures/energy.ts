import type { Nature } from '../nature.ts';

/** Of any register. */
const registerProperties = {
  registerDigits: { kind: 'number', label: { en: 'Integer digits of the register', zh: '寄存器整数位数' } },
  maxRatePerH: {
    kind: 'number',
    label: { en: 'Greatest plausible increase an hour, in the register unit', zh: '每小时最大合理增量' },
  },
  lossPct: {
    kind: 'number',
    unit: '%',
    label: { en: 'Known loss between it and its sub-meters', zh: '与下级表之间的已知损耗' },
  },
  checkMeter: { kind: 'text', label: { en: 'Check meter of the same supply', zh: '核对表' } },
} as const satisfies Nature['properties'];

/** Orders of single voltage harmonics that a meter may tell. @see GB/T 14549-1993 */
export const harmonicOrders: readonly number[] = Array.from({ length: 24 }, (_, index) => index + 2);

/** `voltageH2` to `voltageH25`: content of the order, per cent of the fundamental. */
const voltageHarmonics = Object.fromEntries(
  harmonicOrders.map((order) => [
    `voltageH${order}`,
    {
      ...{ unit: '%', kind: 'number' },
      label: { en: `Voltage harmonic ${order}`, zh: `${order} 次谐波电压含有率` },
    } as const,
  ]),
);

/** Meters: what GB 17167 calls measuring instruments of energy carriers. */
export const energyNatures: Readonly<Record<string, Nature>> = {
  'electricity-meter': {
    name: 'electricity-meter',
    label: { en: 'Electricity meter', zh: '电能表' },
    scenario: 'energy',
    carrier: 'electricity',
    signConvention: 'positive = from the network into the plant; exported energy has its own register',
    quantities: {
      activeEnergyTotal: {
        unit: 'kWh',
        kind: 'number',
        required: true,
        cumulates: true,
        label: { en: 'Active energy', zh: '有功电能' },
      },
      reactiveEnergyTotal: {
        unit: 'kvarh',
        kind: 'number',
        cumulates: true,
        label: { en: 'Reactive energy', zh: '无功电能' },
      },
      exportedEnergyTotal: {
        unit: 'kWh',
        kind: 'number',
        cumulates: true,
        label: { en: 'Exported active energy', zh: '反向有功电能' },
      },
      activePower: { unit: 'kW', kind: 'number', label: { en: 'Active power', zh: '有功功率' } },
      reactivePower: { unit: 'kvar', kind: 'number', label: { en: 'Reactive power', zh: '无功功率' } },
      apparentPower: { unit: 'kVA', kind: 'number', label: { en: 'Apparent power', zh: '视在功率' } },
      powerFactor: { unit: '1', kind: 'number', label: { en: 'Power factor', zh: '功率因数' } },
      frequency: { unit: 'Hz', kind: 'number', label: { en: 'Frequency', zh: '频率' } },
      voltageL1: { unit: 'V', kind: 'number', label: { en: 'Voltage L1', zh: 'L1 相电压' } },
      currentL1: { unit: 'A', kind: 'number', label: { en: 'Current L1', zh: 'L1 相电流' } },
      activePowerL1: { unit: 'kW', kind: 'number', label: { en: 'Active power L1', zh: 'L1 相有功功率' } },
      voltageL2: { unit: 'V', kind: 'number', label: { en: 'Voltage L2', zh: 'L2 相电压' } },
      currentL2: { unit: 'A', kind: 'number', label: { en: 'Current L2', zh: 'L2 相电流' } },
      activePowerL2: { unit: 'kW', kind: 'number', label: { en: 'Active power L2', zh: 'L2 相有功功率' } },
      voltageL3: { unit: 'V', kind: 'number', label: { en: 'Voltage L3', zh: 'L3 相电压' } },
      currentL3: { unit: 'A', kind: 'number', label: { en: 'Current L3', zh: 'L3 相电流' } },
      activePowerL3: { unit: 'kW', kind: 'number', label: { en: 'Active power L3', zh: 'L3 相有功功率' } },
      voltageUnbalance: { unit: '%', kind: 'number', label: { en: 'Voltage unbalance', zh: '电压不平衡度' } },
      voltageThd: {
        unit: '%',
        kind: 'number',
        label: { en: 'Voltage distortion THD', zh: '电压总谐波畸变率' },
      },
      ...voltageHarmonics,
    },
    properties: {
      ...registerProperties,
      capacityKva: { kind: 'number', unit: 'kVA', label: { en: 'Transformer capacity', zh: '变压器容量' } },
      declaredDemandKw: {
        kind: 'number',
        unit: 'kW',
        label: { en: 'Declared maximum demand', zh: '申报最大需量' },
      },
      nominalVoltageV: {
        kind: 'number',
        unit: 'V',
        label: { en: 'Nominal voltage between phases', zh: '标称线电压' },
      },
    },
  },
  'water-meter': {
    name: 'water-meter',
    label: { en: 'Water meter', zh: '水表' },
    scenario: 'energy',
    carrier: 'water',
    signConvention: 'positive = consumption',
    quantities: {
      volumeTotal: {
        unit: 'm3',
        kind: 'number',
        required: true,
        cumulates: true,
        label: { en: 'Water volume', zh: '用水量' },
      },
      flow: { unit: 'm3/h', kind: 'number', label: { en: 'Water flow', zh: '水流量' } },
      pressure: { unit: 'kPa', kind: 'number', label: { en: 'Pressure', zh: '压力' } },
    },
    properties: {
      ...registerProperties,
    },
  },
  'steam-meter': {
    name: 'steam-meter',
    label: { en: 'Steam meter', zh: '蒸汽表' },
    scenario: 'energy',
    carrier: 'steam',
    signConvention: 'positive = consumption; of a generator: production',
    quantities: {
      massTotal: {
        unit: 't',
        kind: 'number',
        required: true,
        cumulates: true,
        label: { en: 'Steam mass', zh: '蒸汽量' },
      },
      flow: { unit: 't/h', kind: 'number', label: { en: 'Steam flow', zh: '蒸汽流量' } },
      pressure: { unit: 'kPa', kind: 'number', label: { en: 'Pressure (gauge)', zh: '压力(表压)' } },
      temperature: { unit: '°C', kind: 'number', label: { en: 'Temperature', zh: '温度' } },
    },
    properties: {
      ...registerProperties,
      enthalpyKjPerKg: { kind: 'number', unit: 'kJ/kg', label: { en: 'Steam enthalpy', zh: '蒸汽焓值' } },
    },
  },
  'compressed-air-meter': {
    name: 'compressed-air-meter',
    label: { en: 'Compressed-air meter', zh: '压缩空气表' },
    scenario: 'energy',
    carrier: 'compressed-air',
    signConvention: 'positive = consumption',
    quantities: {
      volumeTotal: {
        unit: 'Nm3',
        kind: 'number',
        required: true,
        cumulates: true,
        label: { en: 'Air volume', zh: '压缩空气量' },
      },
      flow: {
        unit: 'm3/h',
        kind: 'number',
        label: { en: 'Air flow (standard state)', zh: '压缩空气流量(标况)' },
      },
      pressure: { unit: 'kPa', kind: 'number', label: { en: 'Pressure (gauge)', zh: '压力(表压)' } },
    },
    properties: {
      ...registerProperties,
    },
  },
  'gas-meter': {
    name: 'gas-meter',
    label: { en: 'Gas meter', zh: '燃气表' },
    scenario: 'energy',
    carrier: 'gas',
    signConvention: 'positive = consumption',
    quantities: {
      volumeTotal: {
        unit: 'm3',
        kind: 'number',
        required: true,
        cumulates: true,
        label: { en: 'Gas volume', zh: '用气量' },
      },
      flow: { unit: 'm3/h', kind: 'number', label: { en: 'Gas flow', zh: '燃气流量' } },
      pressure: { unit: 'kPa', kind: 'number', label: { en: 'Pressure (gauge)', zh: '压力(表压)' } },
      temperature: { unit: '°C', kind: 'number', label: { en: 'Temperature', zh: '温度' } },
    },
    properties: {
      ...registerProperties,
      heatValueMjPerM3: {
        kind: 'number',
        unit: 'MJ/m3',
        label: { en: 'Lower heating value', zh: '低位发热量' },
      },
    },
  },
  'heat-meter': {
    name: 'heat-meter',
    label: { en: 'Heat meter', zh: '热量表' },
    scenario: 'energy',
    carrier: 'heat',
    signConvention: 'positive = consumption',
    quantities: {
      energyTotal: {
        unit: 'GJ',
        kind: 'number',
        required: true,
        cumulates: true,
        label: { en: 'Heat', zh: '热量' },
      },
      flow: { unit: 'm3/h', kind: 'number', label: { en: 'Flow', zh: '流量' } },
      supplyTemperature: { unit: '°C', kind: 'number', label: { en: 'Supply temperature', zh: '供水温度' } },
      returnTemperature: { unit: '°C', kind: 'number', label: { en: 'Return temperature', zh: '回水温度' } },
    },
    properties: {
      ...registerProperties,
    },
  },
  'production-counter': {
    name: 'production-counter',
    label: { en: 'Production counter', zh: '产量计数' },
    scenario: 'energy',
    carrier: 'other',
    quantities: {
      partsTotal: {
        unit: 'pcs',
        kind: 'number',
        required: true,
        cumulates: true,
        label: { en: 'Parts made', zh: '产量' },
      },
      goodPartsTotal: {
        unit: 'pcs',
        kind: 'number',
        cumulates: true,
        label: { en: 'Good parts', zh: '合格品数' },
      },
      massTotal: { unit: 't', kind: 'number', cumulates: true, label: { en: 'Mass made', zh: '产出质量' } },
    },
    properties: {},
  },
};
