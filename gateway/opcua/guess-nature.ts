import type { Nature, ValueKind } from '../../model/nature.ts';
import { natures } from '../../model/natures.ts';
import { areConvertible } from '../../model/unit.ts';

/** A variable of a device, as far as a guess needs it. */
export interface VariableOfDevice {
  readonly name: string;
  readonly kind: ValueKind;
  readonly unit: string | undefined;
}

/** Words people use for a quantity; compared in lower case without separators. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  activeEnergyTotal: [
    'energy',
    'activeenergy',
    'energyimport',
    'wh',
    'kwh',
    'totalenergy',
    'energytotal',
    'eptotal',
  ],
  reactiveEnergyTotal: ['reactiveenergy', 'kvarh'],
  exportedEnergyTotal: ['energyexport', 'exportedenergy'],
  activePower: ['power', 'p', 'ptotal', 'kw', 'activepowertotal', 'powertotal'],
  reactivePower: ['q', 'qtotal', 'kvar'],
  apparentPower: ['s', 'stotal', 'kva'],
  powerFactor: ['pf', 'cosphi'],
  frequency: ['f', 'hz'],
  voltageL1: ['u1', 'ul1', 'v1', 'l1voltage', 'voltage'],
  voltageL2: ['u2', 'ul2', 'v2', 'l2voltage'],
  voltageL3: ['u3', 'ul3', 'v3', 'l3voltage'],
  currentL1: ['i1', 'il1', 'l1current'],
  currentL2: ['i2', 'il2', 'l2current'],
  currentL3: ['i3', 'il3', 'l3current'],
  current: ['i', 'motorcurrent'],
  volumeTotal: ['volume', 'total', 'totalizer', 'count'],
  massTotal: ['mass', 'totalmass', 'total', 'totalizer'],
  heatTotal: ['heat', 'heatenergy', 'energy'],
  flow: ['flowrate', 'volumeflow', 'massflow'],
  temperature: ['temp', 't'],
  pressure: ['press'],
  running: ['run', 'on', 'isrunning', 'motoron', 'status'],
  speed: ['rpm', 'n', 'rotationalspeed'],
  vibrationVelocity: ['vibration', 'vrms', 'velocity'],
  bearingTemperature: ['bearingtemp'],
  soundLevel: ['laeq', 'leq', 'spl', 'noise'],
  humidity: ['rh', 'relativehumidity'],
  ph: ['phvalue'],
};

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Which quantity of the nature a variable is, by name and unit; an exact name goes before a synonym. */
export function matchQuantity(variable: VariableOfDevice, nature: Nature): string | undefined {
  const name = plain(variable.name);
  const fits = Object.entries(nature.quantities).filter(([, definition]) => {
    if (definition.kind !== variable.kind) return false;
    return (
      variable.kind !== 'number' ||
      variable.unit === undefined ||
      areConvertible(variable.unit, definition.unit)
    );
  });
  const exact = fits.find(
    ([quantity, { label }]) =>
      plain(quantity) === name || plain(label.en) === name || plain(label.zh) === name,
  );
  if (exact) return exact[0];
  // A synonym alone proves little; with a unit that converts it does.
  return fits.find(([quantity]) => variable.unit !== undefined && synonyms[quantity]?.includes(name))?.[0];
}

export interface NatureGuess {
  readonly nature: string;
  /** Quantity of each variable, by its position; what has none belongs to no quantity of the nature. */
  readonly quantities: ReadonlyMap<number, string>;
}

/**
 * The nature that explains most variables of a device, of those whose required quantities are all there;
 * among equals the one with the fewest quantities of its own. `generic` where none explains any.
 * @param deviceName breaks ties: a device called `fan` is a machine, `boiler-stack` a stack
 */
export function guessNature(variables: readonly VariableOfDevice[], deviceName: string): NatureGuess {
  const guesses = Object.values(natures)
    .filter((nature) => !nature.open)
    .map((nature) => ({ nature, quantities: matchAll(variables, nature) }))
    .filter(({ nature, quantities }) => quantities.size > 0 && hasRequired(nature, quantities))
    .sort((a, b) => score(b, deviceName) - score(a, deviceName));
  const [best] = guesses;
  // One matching name among many says less than a device that nothing explains.
  if (!best || best.quantities.size * 3 < variables.length)
    return { nature: 'generic', quantities: new Map() };
  return { nature: best.nature.name, quantities: best.quantities };
}

function matchAll(variables: readonly VariableOfDevice[], nature: Nature): Map<number, string> {
  const matched = new Map<number, string>();
  const taken = new Set<string>();
  for (const [index, variable] of variables.entries()) {
    const quantity = matchQuantity(variable, nature);
    if (quantity === undefined || taken.has(quantity)) continue;
    taken.add(quantity);
    matched.set(index, quantity);
  }
  return matched;
}

function hasRequired(nature: Nature, quantities: ReadonlyMap<number, string>): boolean {
  const present = new Set(quantities.values());
  return Object.entries(nature.quantities).every(([name, { required }]) => !required || present.has(name));
}

function score(
  { nature, quantities }: { nature: Nature; quantities: ReadonlyMap<number, string> },
  deviceName: string,
): number {
  const words = [nature.name, nature.label.en, nature.label.zh].map(plain);
  const isNamed = words.some(
    (word) => plain(deviceName).includes(word) || commonWords(nature.name, deviceName),
  );
  return quantities.size * 100 + (isNamed ? 50 : 0) - Object.keys(nature.quantities).length;
}

/** Names of devices people give, by nature. */
const deviceWords: Readonly<Record<string, RegExp>> = {
  'electricity-meter': /power|electr|meter|substation|feeder/i,
  'water-meter': /water/i,
  'steam-meter': /steam/i,
  'compressed-air-meter': /air/i,
  'gas-meter': /gas/i,
  'heat-meter': /heat/i,
  'rotating-machine': /pump|fan|motor|compressor|blower/i,
  'machine-tool': /mill|lathe|cnc|machin|press/i,
  furnace: /boiler|furnace|kiln|oven/i,
  'stack-monitor': /stack|cems|flue|chimney/i,
  'wastewater-outlet': /waste|outlet|effluent/i,
  'weather-station': /weather/i,
  'ambient-station': /ambient|station|air-?quality/i,
  'noise-meter': /noise|sound/i,
};

const commonWords = (nature: string, deviceName: string): boolean =>
  deviceWords[nature]?.test(deviceName) ?? false;
