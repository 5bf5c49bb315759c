import { findCycle } from '../model/dependency-cycle.ts';
import { PlantscopeError } from '../model/error.ts';
import { type Formula, metersOf, parseFormula } from '../model/formula.ts';
import { type FormulaFault, formulaFault } from '../model/formula-dimension.ts';
import { natures } from '../model/natures.ts';
import { areConvertible, isUnit } from '../model/unit.ts';
import type { EnergyFile } from './energy-schema.ts';
import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';
import { suggest } from './suggest.ts';
import { placedAssets } from './walk.ts';

type Path = Problem['path'];

/** Names in the energy section exist, virtual meters add like to like and never themselves, segments are in order. */
export function energyMeterProblems(file: PlantFile): Problem[] {
  const { energy } = file;
  if (!energy) return [];
  const meters = meterUnits(file);
  return [
    ...virtualProblems(energy, meters),
    ...changeProblems(energy, meters),
    ...nameProblems(energy, file, meters),
    ...demandProblems(energy, file),
  ];
}

/** Unit of each meter's main register. */
function meterUnits(file: PlantFile): Map<string, string> {
  return new Map(
    placedAssets(file).flatMap(({ asset }) => {
      const quantities = Object.values(natures[asset.nature]?.quantities ?? {});
      const main = quantities.find(({ required, cumulates }) => required && cumulates);
      return natures[asset.nature]?.carrier !== undefined && main ? [[asset.id, main.unit] as const] : [];
    }),
  );
}

type VirtualFile = NonNullable<EnergyFile['virtualMeters']>[number];

function virtualProblems({ virtualMeters = [] }: EnergyFile, meters: ReadonlyMap<string, string>): Problem[] {
  const at = (index: number, key: string): Path => ['energy', 'virtualMeters', index, key];
  const unitOf = new Map([...meters, ...virtualMeters.map(({ id, unit = 'kWh' }) => [id, unit] as const)]);
  const named = new Map<string, readonly string[]>();
  const problems = virtualMeters.flatMap((meter, index): Problem[] => {
    const isTwice = meters.has(meter.id) || virtualMeters.findIndex(({ id }) => id === meter.id) < index;
    if (isTwice) {
      return [
        problem(
          'duplicate-id',
          at(index, 'id'),
          `meter id "${meter.id}" is used twice`,
          'Rename one of them.',
        ),
      ];
    }
    if (!isUnit(meter.unit ?? 'kWh'))
      return [problem('unknown-unit', at(index, 'unit'), `unknown unit "${meter.unit}"`, 'As kWh, m3 or t.')];
    const formula = readFormula(meter, at(index, 'formula'));
    if (!('formula' in formula)) return [formula];
    const parts = metersOf(formula.formula);
    named.set(meter.id, parts);
    const fault = formulaFault(formula.formula);
    if (fault) return [dimensionProblem(fault, at(index, 'formula'))];
    return parts.flatMap((part) => partProblems(meter, part, unitOf, at(index, 'formula')));
  });
  const cycle = findCycle(named);
  const first = virtualMeters.findIndex(({ id }) => id === cycle?.[0]);
  return cycle
    ? [
        ...problems,
        problem(
          'virtual-meter-cycle',
          at(first, 'formula'),
          `virtual meters depend on each other: ${cycle.join(' -> ')}`,
          'A virtual meter is made of other meters.',
        ),
      ]
    : problems;
}

function readFormula(meter: VirtualFile, path: Path): { readonly formula: Formula } | Problem {
  try {
    return { formula: parseFormula(meter.formula) };
  } catch (error) {
    if (!(error instanceof PlantscopeError)) throw error;
    return problem(
      'formula-malformed',
      path,
      `${error.message} (${error.where})`,
      'Meters, numbers, + - * / ( ).',
    );
  }
}

const dimensionTexts: Readonly<Record<FormulaFault, string>> = {
  'divides-by-zero': 'the formula divides by zero',
  'adds-unlike': 'the formula adds a plain number, or a share, to an energy',
  'is-no-energy': 'the formula is no energy: it multiplies or divides meters by meters, or has none',
};

const dimensionProblem = (fault: FormulaFault, path: Path): Problem =>
  problem(
    fault === 'divides-by-zero' ? 'formula-malformed' : 'unit-mismatch',
    path,
    dimensionTexts[fault],
    'Sums and differences of meters, times numbers or shares such as a / (a + b).',
  );

function partProblems(
  meter: VirtualFile,
  part: string,
  unitOf: ReadonlyMap<string, string>,
  path: Path,
): Problem[] {
  const unit = unitOf.get(part);
  const own = meter.unit ?? 'kWh';
  if (unit === undefined)
    return [problem('unknown-meter', path, `there is no meter "${part}"`, suggest(part, [...unitOf.keys()]))];
  if (areConvertible(unit, own)) return [];
  return [
    problem('unit-mismatch', path, `"${part}" counts ${unit}, which is no ${own}`, 'Add like to like.'),
  ];
}

function changeProblems(
  { registerChanges = [] }: EnergyFile,
  meters: ReadonlyMap<string, string>,
): Problem[] {
  return registerChanges.flatMap(({ meter, at }, index): Problem[] => {
    const path: Path = ['energy', 'registerChanges', index];
    if (!meters.has(meter)) return [unknownMeter(meter, [...path, 'meter'], meters)];
    const isTwice = registerChanges.findIndex((other) => other.meter === meter && other.at === at) < index;
    return isTwice
      ? [problem('register-change-twice', [...path, 'at'], `"${meter}" changes twice at ${at}`, 'Keep one.')]
      : [];
  });
}

/** Every other place that names a meter, a machine or a tag. */
function nameProblems(energy: EnergyFile, file: PlantFile, meters: ReadonlyMap<string, string>): Problem[] {
  const assets = placedAssets(file);
  const ids = assets.map(({ asset }) => asset.id);
  const tags = assets.flatMap(({ asset }) =>
    Object.keys(asset.tags).map((quantity) => `${asset.id}.${quantity}`),
  );
  const known = (name: string, path: Path, names: readonly string[], what: string): Problem[] =>
    names.includes(name)
      ? []
      : [problem(`unknown-${what}`, path, `there is no ${what} "${name}"`, suggest(name, names))];
  const meterNames = [...meters.keys()];
  const each =
    (section: string, index: number, key: string): ((item: number) => Path) =>
    (item) => ['energy', section, index, key, item];
  return [
    ...(energy.products ?? []).flatMap((product, i) => [
      ...product.meters.flatMap((name, j) =>
        known(name, each('products', i, 'meters')(j), meterNames, 'meter'),
      ),
      ...product.outputs.flatMap((name, j) => known(name, each('products', i, 'outputs')(j), tags, 'tag')),
    ]),
    ...(energy.baselines ?? []).flatMap((baseline, i) => [
      ...known(baseline.meter, ['energy', 'baselines', i, 'meter'], meterNames, 'meter'),
      ...known(baseline.temperature, ['energy', 'baselines', i, 'temperature'], tags, 'tag'),
    ]),
    ...(energy.airStations ?? []).flatMap((station, i) => [
      ...known(station.air, ['energy', 'airStations', i, 'air'], meterNames, 'meter'),
      ...station.compressors.flatMap((name, j) =>
        known(name, each('airStations', i, 'compressors')(j), meterNames, 'meter'),
      ),
      ...station.consumers.flatMap((name, j) =>
        known(name, each('airStations', i, 'consumers')(j), ids, 'asset'),
      ),
    ]),
    ...(energy.boilers ?? []).flatMap((boiler, i) => [
      ...known(boiler.fuel, ['energy', 'boilers', i, 'fuel'], meterNames, 'meter'),
      ...known(boiler.steam, ['energy', 'boilers', i, 'steam'], meterNames, 'meter'),
    ]),
  ];
}

/** A declared demand below the least share of the capacity is refused here, not when the bill is due. */
function demandProblems({ tariff }: EnergyFile, file: PlantFile): Problem[] {
  const rules = (tariff?.versions ?? []).flatMap(({ basicCharge }) =>
    basicCharge?.basis === 'declared' ? [basicCharge.rule?.leastShareOfCapacity ?? 0.4] : [],
  );
  const least = Math.max(0, ...rules);
  return placedAssets(file).flatMap(({ asset, path }) => {
    const { capacityKva, declaredDemandKw } = asset.properties ?? {};
    if (typeof capacityKva !== 'number' || typeof declaredDemandKw !== 'number') return [];
    if (declaredDemandKw >= least * capacityKva) return [];
    const message = `the declared demand of ${declaredDemandKw} kW is below ${100 * least} % of ${capacityKva} kVA`;
    return [
      problem(
        'demand-too-low',
        [...path, 'properties', 'declaredDemandKw'],
        message,
        'Declare more, or change the rule.',
      ),
    ];
  });
}

const unknownMeter = (name: string, path: Path, meters: ReadonlyMap<string, string>): Problem =>
  problem('unknown-meter', path, `there is no meter "${name}"`, suggest(name, [...meters.keys()]));

const problem = (code: string, path: Path, message: string, hint: string | undefined): Problem => ({
  ...{ code, path, message },
  ...(hint !== undefined && { hint }),
});
