import { parse } from 'yaml';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { FaultRule, Symptom } from '../../scenarios/equipment/diagnosis/hypotheses.ts';
import { OBSERVATIONS } from '../../scenarios/equipment/diagnosis/observations.ts';
import { readInput } from '../io.ts';

/**
 * Reads a knowledge base of faults.
 * @throws PlantscopeError `file-unreadable`, `knowledge-invalid` naming the fault
 */
export function readFaultKnowledge(path: string): FaultRule[] {
  const { faults } = parsed(path);
  if (!Array.isArray(faults) || faults.length === 0) throw invalid(path, 'has no list "faults"');
  for (const fault of faults as FaultRule[]) check(fault, path);
  return faults as FaultRule[];
}

function parsed(path: string): { faults?: unknown } {
  const text = readInput(path).toString('utf8');
  try {
    return (parse(text) ?? {}) as { faults?: unknown };
  } catch (cause) {
    throw invalid(path, `is no YAML: ${errorMessage(cause)}`);
  }
}

function check(fault: FaultRule, path: string): void {
  for (const key of ['id', 'name', 'source', 'urgency', 'advice', 'symptoms'] as const)
    if (!fault[key]) throw invalid(path, `fault "${fault.id ?? '?'}" has no "${key}"`);
  if (!Array.isArray(fault.symptoms) || !fault.symptoms.some(({ against }) => !against))
    throw invalid(path, `fault "${fault.id}" has no symptom that speaks for it`);
  for (const symptom of fault.symptoms)
    if (!isSymptom(symptom))
      throw invalid(path, `fault "${fault.id}" has a wrong symptom: ${JSON.stringify(symptom)}`);
}

function isSymptom({ observation, atLeast, below, weight }: Symptom): boolean {
  const limits = [atLeast, below].filter((limit) => limit !== undefined);
  return (
    OBSERVATIONS.includes(observation) &&
    weight > 0 &&
    limits.length > 0 &&
    limits.every((limit) => typeof limit === 'number')
  );
}

const invalid = (path: string, problem: string): PlantscopeError =>
  new PlantscopeError('knowledge-invalid', `${path} ${problem}`, {
    where: path,
    hint: `Each fault has id, name, source, urgency, advice and symptoms; observations are ${OBSERVATIONS.join(', ')}.`,
  });
