import { evaluateFormula, type Formula } from './formula.ts';

/** Why a formula is no energy: undefined where it is one. */
export type FormulaFault = 'divides-by-zero' | 'adds-unlike' | 'is-no-energy';

/**
 * Whether a formula over meters is an energy again: a sum or difference of energies, times or over plain numbers and shares. The product
 * of two meters is none, nor is a meter plus a number, which would count anew in each interval.
 */
export function formulaFault(formula: Formula): FormulaFault | undefined {
  const power = powerOf(formula);
  if (isFault(power)) return power;
  return power === 1 ? undefined : 'is-no-energy';
}

/** Power of energy that a formula has: 0 of a plain number or a share, 1 of an energy. A zero fits either, as in `-meter`. */
function powerOf(formula: Formula): number | 'zero' | FormulaFault {
  if (formula.kind === 'meter') return 1;
  if (formula.kind === 'number') return formula.value === 0 ? 'zero' : 0;
  const [left, right] = [powerOf(formula.left), powerOf(formula.right)];
  if (isFault(left)) return left;
  if (isFault(right)) return right;
  if (formula.operator === '/' && isZero(formula.right)) return 'divides-by-zero';
  if (formula.operator === '*' || formula.operator === '/') {
    if (left === 'zero' || right === 'zero') return 'zero';
    return formula.operator === '*' ? left + right : left - right;
  }
  if (left === 'zero') return right;
  if (right === 'zero') return left;
  return left === right ? left : 'adds-unlike';
}

const isFault = (power: number | 'zero' | FormulaFault): power is FormulaFault =>
  typeof power === 'string' && power !== 'zero';

/** A formula of numbers alone that comes to zero. */
const isZero = (formula: Formula): boolean => evaluateFormula(formula, () => undefined) === 0;
