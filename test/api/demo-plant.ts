import { type EnergySettings, noEnergySettings } from '../../model/energy-settings.ts';
import { natures } from '../../model/natures.ts';
import type { Asset, Plant, Tag } from '../../model/plant.ts';
import type { Tariff } from '../../model/tariff.ts';
import { jiangsuExample } from '../../scenarios/energy/tariff-examples.ts';

/** id, name, nature, area, line, parent meter, quantities */
type Row = readonly [string, string, string, string, string, string | undefined, string];

const rows: readonly Row[] = [
  [
    'main-meter',
    'Incoming 10 kV',
    'electricity-meter',
    'utilities',
    'substation',
    undefined,
    'activeEnergyTotal reactiveEnergyTotal activePower reactivePower powerFactor frequency voltageL1 voltageL2 voltageL3 currentL1 currentL2 currentL3',
  ],
  [
    'workshop-meter',
    'Workshop feeder',
    'electricity-meter',
    'utilities',
    'substation',
    'main-meter',
    'activeEnergyTotal activePower powerFactor',
  ],
  [
    'compressor-meter',
    'Compressor feeder',
    'electricity-meter',
    'utilities',
    'substation',
    'main-meter',
    'activeEnergyTotal activePower powerFactor',
  ],
  [
    'gas-main',
    'Natural gas',
    'gas-meter',
    'utilities',
    'boiler-house',
    undefined,
    'volumeTotal flow pressure',
  ],
  ['water-main', 'Town water', 'water-meter', 'utilities', 'boiler-house', undefined, 'volumeTotal flow'],
  [
    'steam-main',
    'Boiler steam',
    'steam-meter',
    'utilities',
    'boiler-house',
    undefined,
    'massTotal flow pressure temperature',
  ],
  [
    'air-main',
    'Compressed air',
    'compressed-air-meter',
    'utilities',
    'boiler-house',
    undefined,
    'volumeTotal flow pressure',
  ],
  [
    'mill-1',
    'Machining centre 1',
    'machine-tool',
    'workshop',
    'machining',
    undefined,
    'running state current load spindleTemperature vibrationVelocity partsTotal',
  ],
  [
    'mill-2',
    'Machining centre 2',
    'machine-tool',
    'workshop',
    'machining',
    undefined,
    'running state current load spindleTemperature vibrationVelocity partsTotal',
  ],
  [
    'fan-1',
    'Exhaust fan',
    'rotating-machine',
    'workshop',
    'ventilation',
    undefined,
    'running current speed vibrationVelocity bearingTemperature',
  ],
  [
    'pump-1',
    'Cooling pump',
    'rotating-machine',
    'workshop',
    'ventilation',
    undefined,
    'running current speed vibrationVelocity bearingTemperature flow dischargePressure',
  ],
  [
    'compressor-1',
    'Screw compressor',
    'rotating-machine',
    'utilities',
    'boiler-house',
    undefined,
    'running current activePower vibrationVelocity bearingTemperature windingTemperature dischargePressure runHoursTotal',
  ],
  ['stack-1', 'Boiler stack DA001', 'stack-monitor', 'environment', 'outlets', undefined, ''],
  ['water-out', 'Wastewater outlet DW001', 'wastewater-outlet', 'environment', 'outlets', undefined, ''],
  [
    'noise-n',
    'Boundary north',
    'noise-meter',
    'environment',
    'boundary',
    undefined,
    'soundLevel soundLevelMax',
  ],
  [
    'ambient-1',
    'Ambient air',
    'ambient-station',
    'environment',
    'boundary',
    undefined,
    'pm25 pm10 so2 no2 co o3 temperature humidity windSpeed windDirection',
  ],
];

const properties: Readonly<Record<string, Asset['properties']>> = {
  'main-meter': { capacityKva: 1600, declaredDemandKw: 900, nominalVoltageV: 400 },
  'mill-1': { meter: 'workshop-meter' },
  'gas-main': { heatValueMjPerM3: 35.6 },
  'steam-main': { enthalpyKjPerKg: 2773 },
  'fan-1': { ratedPowerKw: 37, machineGroup: '2', support: 'rigid' },
};

const energy: EnergySettings = {
  ...noEnergySettings,
  virtualMeters: [
    {
      ...{ id: 'unmetered', name: 'Not sub-metered', carrier: 'electricity', unit: 'kWh' },
      formula: 'main-meter - workshop-meter - compressor-meter',
    },
  ],
  products: [
    {
      ...{ id: 'parts', name: 'Parts', meters: ['workshop-meter'], unit: 'pcs' },
      outputs: ['mill-1.partsTotal', 'mill-2.partsTotal'],
    },
  ],
  baselines: [
    { meter: 'main-meter', model: 'slr', temperature: 'ambient-1.temperature', every: 'hour', daysBefore: 7 },
  ],
  airStations: [
    {
      name: 'Compressed air',
      compressors: ['compressor-meter'],
      air: 'air-main',
      consumers: ['mill-1', 'mill-2'],
    },
  ],
  boilers: [{ name: 'Boiler', fuel: 'gas-main', steam: 'steam-main', feedWaterEnthalpyKjPerKg: 84 }],
};

/** The example with a basic charge by declared demand and an adjustment by power factor. */
const billed = (tariff: Tariff): Tariff => ({
  ...tariff,
  versions: tariff.versions.map((version) => ({
    ...{ ...version, powerFactorTarget: 0.9 },
    basicCharge: { basis: 'declared', pricePerKw: 38 },
  })),
});

/** A small factory of every scenario, for tests of the API and the console. */
export function demoPlant(): Plant {
  const assets = rows.map(assetOf);
  const tags = assets.flatMap((asset) => asset.tags);
  return {
    site: { id: 'demo', name: 'Demonstration works', timeZone: 'Asia/Shanghai' },
    assets,
    tags,
    tariff: billed(jiangsuExample),
    energy,
    tagsById: new Map(tags.map((tag) => [tag.id, tag])),
    assetsById: new Map(assets.map((asset) => [asset.id, asset])),
  };
}

function assetOf([id, name, natureName, area, line, parent, quantities]: Row): Asset {
  const nature = natures[natureName];
  if (!nature) throw new Error(`no nature ${natureName}`);
  const names = quantities === '' ? Object.keys(nature.quantities) : quantities.split(' ');
  const tags = names.map((quantity): Tag => {
    const definition = nature.quantities[quantity];
    if (!definition) throw new Error(`${natureName} has no ${quantity}`);
    const text = { id: `${id}.${quantity}`, asset: id, area, line, quantity, nature: natureName };
    return {
      ...text,
      definition,
      unit: definition.unit,
      source: 'plc1',
      address: `/Objects/${id}/${quantity}`,
      sourceUnit: definition.unit,
      multiplier: 1,
      range: quantity === 'vibrationVelocity' ? [0, 20] : undefined,
      deadband: undefined,
      samplingIntervalMs: 1000,
      writable: false,
    };
  });
  return { id, name, area, line, nature, parent, properties: properties[id] ?? {}, tags };
}
