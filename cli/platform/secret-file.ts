import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorMessage, PlantscopeError } from '../../model/error.ts';

/** Reads secrets from their files, relative to the plant file, without the line end. */
export function secretReader(plantFile: string): (path: string) => string {
  return (path) => {
    const file = resolve(dirname(plantFile), path);
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch (cause) {
      throw new PlantscopeError(
        'secret-unreadable',
        `Can't read the secret file ${file}: ${errorMessage(cause)}`,
        {
          cause,
          where: file,
          hint: 'Create it with only the secret in it, readable by you alone (chmod 600).',
        },
      );
    }
  };
}
