import type { Evidence, Factor } from './factor-table.ts';

/** Heat of one kilogram of standard coal, kJ: 7,000 kcal. GB/T 2589-2020 clause 3. */
export const kjPerKgce = 29_307.6;

const edition = 'GB/T 2589-2020';
const row = (
  carrier: string,
  value: number,
  unit: string,
  evidence: Evidence,
  source = 'annex A/B as quoted',
): Factor => ({
  carrier,
  region: 'CN',
  value,
  unit,
  edition,
  source,
  evidence,
});

/**
 * Reference coefficients to standard coal. Use the measured lower heating value where there is one (see {@link kgceFromHeat});
 * these are for where there is none. Editable; electricity at its equal value (等价) is a parameter of the year.
 */
export const standardCoalFactors: readonly Factor[] = [
  row('electricity', 0.1229, 'kgce/kWh', 'verified', '当量值, 3600 / 29307.6'),
  {
    ...row('electricity-equal-value', 0.28078, 'kgce/kWh', 'secondary', '等价值, Shanghai'),
    region: 'Shanghai',
  },
  row('raw-coal', 0.7143, 'kgce/kg', 'verified'),
  row('washed-coal', 0.9, 'kgce/kg', 'verified'),
  row('coke', 0.9714, 'kgce/kg', 'verified'),
  row('crude-oil', 1.4286, 'kgce/kg', 'verified'),
  row('fuel-oil', 1.4286, 'kgce/kg', 'verified'),
  row('gasoline', 1.4714, 'kgce/kg', 'verified'),
  row('kerosene', 1.4714, 'kgce/kg', 'verified'),
  row('diesel', 1.4571, 'kgce/kg', 'verified'),
  row('lpg', 1.7143, 'kgce/kg', 'verified'),
  row('refinery-gas', 1.5714, 'kgce/kg', 'verified'),
  row('natural-gas', 1.33, 'kgce/m3', 'verified', 'range 1.1000 to 1.3300; 1.2143 also circulates'),
  row('heat', 0.03412, 'kgce/MJ', 'verified'),
  row('steam', 0.1286, 'kgce/kg', 'verified', 'low pressure; by enthalpy is preferred'),
  row('water', 0.2571, 'kgce/t', 'secondary', 'new water; older tables have 0.0857'),
  row('softened-water', 0.4857, 'kgce/t', 'secondary'),
  row('deoxygenated-water', 0.9714, 'kgce/t', 'secondary'),
  row('compressed-air', 0.04, 'kgce/m3', 'secondary'),
  row('oxygen', 0.4, 'kgce/m3', 'secondary'),
  row('nitrogen', 0.6714, 'kgce/m3', 'secondary', 'main product; as a by-product 0.4000'),
  row('nitrogen-by-product', 0.4, 'kgce/m3', 'secondary'),
  row('carbon-dioxide', 0.2143, 'kgce/m3', 'secondary'),
  row('calcium-carbide', 2.0786, 'kgce/kg', 'secondary'),
  row('acetylene', 8.3143, 'kgce/m3', 'secondary'),
];

/** Standard coal of a fuel by its measured lower heating value. @param heatingValueKjPerUnit kJ per unit of amount */
export const kgceFromHeat = (amount: number, heatingValueKjPerUnit: number): number =>
  (amount * heatingValueKjPerUnit) / kjPerKgce;

/**
 * Standard coal of steam by its enthalpy.
 * @param feedEnthalpyKjPerKg of the feed water or condensate, where the boundary takes it off; default 0
 */
export const kgceFromSteam = (massKg: number, enthalpyKjPerKg: number, feedEnthalpyKjPerKg = 0): number =>
  (massKg * (enthalpyKjPerKg - feedEnthalpyKjPerKg)) / kjPerKgce;
