import type { Nature } from '../model/nature.ts';
import { areConvertible, isUnit, unitNames } from '../model/unit.ts';
import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';
import { suggest } from './suggest.ts';
import { type PlacedTag, sourceOf } from './walk.ts';

export function tagProblems(placed: PlacedTag, nature: Nature | undefined, file: PlantFile): Problem[] {
  return [
    ...sourceProblems(placed, file),
    ...(nature ? quantityProblems(placed, nature) : []),
    ...unitProblems(placed, nature),
    ...rangeProblems(placed),
    ...samplingProblems(placed),
  ];
}

function sourceProblems(placed: PlacedTag, file: PlantFile): Problem[] {
  const source = sourceOf(placed);
  const known = Object.keys(file.sources);
  if (source === undefined) {
    return [
      {
        code: 'missing-source',
        path: placed.path,
        at: 'key',
        message: `tag "${placed.quantity}" has no source`,
        hint: `Name one at the asset or at the tag: ${known.join(', ')}.`,
      },
    ];
  }
  if (known.includes(source)) return [];
  const path = placed.tag.source === undefined ? placed.path.slice(0, -2) : placed.path;
  return [
    {
      code: 'unknown-source',
      path: [...path, 'source'],
      message: `unknown source "${source}"`,
      hint: suggest(source, known),
    },
  ];
}

function quantityProblems({ quantity, path, tag }: PlacedTag, nature: Nature): Problem[] {
  if (nature.quantities[quantity]) return [];
  if (!nature.open) {
    return [
      {
        code: 'unknown-tag',
        path,
        at: 'key',
        message: `nature ${nature.name} has no quantity "${quantity}"`,
        hint: suggest(quantity, Object.keys(nature.quantities)),
      },
    ];
  }
  if (tag.unit !== undefined || (tag.kind !== undefined && tag.kind !== 'number')) return [];
  return [
    {
      code: 'missing-unit',
      path,
      at: 'key',
      message: `tag "${quantity}" needs a unit`,
      hint: 'Write unit: 1 for a bare number.',
    },
  ];
}

function unitProblems({ quantity, path, tag }: PlacedTag, nature: Nature | undefined): Problem[] {
  if (tag.unit === undefined) return [];
  const at = [...path, 'unit'];
  if (!isUnit(tag.unit)) {
    return [
      {
        code: 'unknown-unit',
        path: at,
        message: `unknown unit "${tag.unit}"`,
        hint: suggest(tag.unit, unitNames),
      },
    ];
  }
  const expected = nature?.quantities[quantity]?.unit;
  if (expected === undefined || areConvertible(tag.unit, expected)) return [];
  const hint = `${quantity} is kept in ${expected}; name a unit that converts into it.`;
  return [
    {
      code: 'unit-mismatch',
      path: at,
      message: `unit "${tag.unit}" does not convert into ${expected}`,
      hint,
    },
  ];
}

function rangeProblems({ path, tag }: PlacedTag): Problem[] {
  const problems: Problem[] = [];
  if (tag.range && tag.range[0] >= tag.range[1]) {
    const message = `range [${tag.range.join(', ')}] is empty: the low end comes first`;
    problems.push({ code: 'empty-range', path: [...path, 'range'], message });
  }
  if (typeof tag.deadband === 'string' && !tag.range) {
    const message = 'a deadband in per cent needs a range';
    const hint = 'Add range: [low, high], or give the deadband as a number in the source unit.';
    problems.push({ code: 'deadband-without-range', path: [...path, 'deadband'], message, hint });
  }
  return problems;
}

function samplingProblems({ path, tag }: PlacedTag): Problem[] {
  if (tag.sampling === undefined || !/^0+(\.0+)?\s*[a-z]/.test(tag.sampling)) return [];
  return [
    {
      code: 'zero-sampling',
      path: [...path, 'sampling'],
      message: 'a sampling interval is longer than zero',
    },
  ];
}
