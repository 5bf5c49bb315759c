/** Where an asset stands, in ISA-95 order; the OPC UA server's folders and plant.yaml follow it. */
export interface Place {
  readonly area: string;
  readonly line: string;
}

const assetsByPlace: Readonly<Record<string, readonly string[]>> = {
  'supply/electricity': [
    'meter-main',
    'meter-machining',
    'meter-mill-1',
    'meter-mill-2',
    'meter-lathe-1',
    'meter-fan',
    'meter-utilities',
    'meter-compressor',
    'meter-pump',
    'meter-boiler',
    'meter-wastewater',
    'meter-office',
  ],
  'supply/fluids': [
    'gas-main',
    'gas-boiler',
    'gas-canteen',
    'water-main',
    'water-process',
    'water-boiler',
    'water-domestic',
    'steam-boiler',
    'steam-washing',
    'steam-heating',
    'air-main',
    'air-machining',
    'air-instruments',
  ],
  'machining/cell-1': ['mill-1', 'mill-2', 'lathe-1', 'fan-1'],
  'utilities/machines': ['compressor-1', 'pump-1'],
  'utilities/boiler-house': ['boiler-1', 'stack-1', 'camera-1'],
  'environment/treatment': ['dosing-1', 'outlet-1'],
  'environment/surroundings': ['noise-east', 'noise-north', 'ambient-1', 'fence-1', 'weather-1'],
};

const places = new Map<string, Place>(
  Object.entries(assetsByPlace).flatMap(([path, assets]) => {
    const [area = '', line = ''] = path.split('/');
    return assets.map((asset): [string, Place] => [asset, { area, line }]);
  }),
);

export const placeOf = (asset: string): Place => places.get(asset) ?? { area: 'other', line: 'other' };
