import type { Asset, Plant } from '../../../model/plant.ts';
import { converter } from '../../../model/unit.ts';
import type { Hj212StationFile } from '../../../plant/hj212-schema.ts';
import { factorOf } from '../protocol/factors.ts';

/** A quantity of an asset and the factor it is sent as. */
export interface SentFactor {
  readonly quantity: string;
  /** Code of the 2017 edition. */
  readonly code: string;
  readonly decimals: number;
  /** From the unit readings are stored in to the factor's. */
  readonly convert: (value: number) => number;
}

/** A station as the platforms know it. */
export interface UplinkStation {
  readonly MN: string;
  readonly ST: string;
  readonly asset: string;
  readonly factors: readonly SentFactor[];
}

/** Of a factor that the table does not know. */
const DEFAULT_DECIMALS = 3;

interface NatureFactors {
  readonly ST: string;
  /** Factor of each quantity, with the unit to send in where it is not the factor table's. */
  readonly factors: Readonly<Record<string, string | { readonly code: string; readonly unit: string }>>;
}

const weather = {
  temperature: 'a01001',
  humidity: 'a01002',
  airPressure: 'a01006',
  windSpeed: 'a01007',
  windDirection: 'a01008',
} as const;

/** ST and factors of the natures that can be reported. Ambient gases but CO are in ug/m3 (HJ 212-2017 annex C, ST=22). */
const natures: Readonly<Record<string, NatureFactors>> = {
  'stack-monitor': {
    ST: '31',
    factors: {
      ...{ dust: 'a34013', so2: 'a21026', nox: 'a21002', co: 'a21005', oxygen: 'a19001' },
      ...{ temperature: 'a01012', pressure: 'a01013', moisture: 'a01014', velocity: 'a01011' },
      flow: 'a00000',
    },
  },
  'wastewater-outlet': {
    ST: '32',
    factors: {
      ...{ flow: 'w00000', cod: 'w01018', ammoniaNitrogen: 'w21003', totalNitrogen: 'w21001' },
      ...{ totalPhosphorus: 'w21011', ph: 'w01001', temperature: 'w01010' },
    },
  },
  'ambient-station': {
    ST: '22',
    factors: {
      ...{ pm25: 'a34004', pm10: 'a34002', tsp: 'a34001', co: 'a21005', o3: 'a05024', voc: 'a24088' },
      so2: { code: 'a21026', unit: 'ug/m3' },
      no2: { code: 'a21004', unit: 'ug/m3' },
      ...weather,
    },
  },
  'weather-station': { ST: '22', factors: weather },
  'noise-meter': { ST: '23', factors: { soundLevel: 'LA' } },
};

export const reportableNatures: readonly string[] = Object.keys(natures);

/** The stations of the plant file with what each sends. */
export function stationsOf(plant: Plant, files: readonly Hj212StationFile[]): UplinkStation[] {
  return files.flatMap((file) => {
    const asset = plant.assetsById.get(file.asset);
    const nature = asset && natures[asset.nature.name];
    if (!nature) return [];
    return [
      { MN: file.mn, ST: file.st ?? nature.ST, asset: asset.id, factors: factorsOf(asset, nature, file) },
    ];
  });
}

function factorsOf(asset: Asset, nature: NatureFactors, file: Hj212StationFile): SentFactor[] {
  return asset.tags.flatMap(({ quantity, unit }) => {
    const given = file.factors?.[quantity] ?? nature.factors[quantity];
    if (given === undefined) return [];
    const { code, unit: wanted } = typeof given === 'string' ? { code: given, unit: undefined } : given;
    const factor = factorOf(code);
    const sentUnit = wanted ?? factor?.unit ?? unit;
    const decimals = file.decimals?.[quantity] ?? factor?.decimals ?? DEFAULT_DECIMALS;
    return [{ quantity, code, decimals, convert: converter(unit, sentUnit) }];
  });
}
