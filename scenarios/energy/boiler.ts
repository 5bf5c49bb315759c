export interface BoilerInput {
  readonly steamKg: number;
  readonly steamEnthalpyKjPerKg: number;
  readonly feedWaterEnthalpyKjPerKg: number;
  readonly blowdownKg?: number;
  readonly blowdownEnthalpyKjPerKg?: number;
  /** In the unit of the heating value. */
  readonly fuel: number;
  /** Lower heating value, kJ per unit of fuel. */
  readonly heatingValueKj: number;
}

/**
 * Efficiency of a steam boiler, input-output (direct) method: heat into the water over the fuel's lower heating value. 0 to 1, and
 * above 1 only where a meter is wrong.
 * @returns undefined where no fuel was burnt
 * @see GB/T 10180-2017, direct balance. Blowdown heat counts as lost unless it is given.
 */
export function boilerEfficiency(input: BoilerInput): number | undefined {
  const fuelHeatKj = input.fuel * input.heatingValueKj;
  if (fuelHeatKj <= 0) return undefined;
  const steamHeat = input.steamKg * (input.steamEnthalpyKjPerKg - input.feedWaterEnthalpyKjPerKg);
  const blowdownEnthalpy = input.blowdownEnthalpyKjPerKg ?? input.feedWaterEnthalpyKjPerKg;
  const blowdownHeat = (input.blowdownKg ?? 0) * (blowdownEnthalpy - input.feedWaterEnthalpyKjPerKg);
  return (steamHeat + blowdownHeat) / fuelHeatKj;
}
