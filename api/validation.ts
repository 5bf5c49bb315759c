import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import { plantTimeFormat } from './schemas/common.ts';

/**
 * Checks requests against their schemas. An address is text, so its parts are turned into numbers and booleans;
 * a body is JSON and is taken as it is: null is no empty text.
 */
export function requestValidation(): FastifySchemaCompiler<object> {
  const address = validatorOf({ coerceTypes: true, useDefaults: true });
  const body = validatorOf({ coerceTypes: false, useDefaults: true });
  return ({ schema, httpPart }) => {
    const check = (httpPart === 'body' ? body : address).compile(schema);
    return (data: unknown) => {
      if (check(data)) return { value: data };
      return { error: check.errors as FastifySchemaValidationError[] };
    };
  };
}

function validatorOf(options: { readonly coerceTypes: boolean; readonly useDefaults: boolean }): Ajv {
  // Verbose: an error carries the schema it broke, whose description is the hint of the answer.
  const validator = new Ajv({ ...options, removeAdditional: false, allErrors: false, verbose: true });
  addFormats.default(validator);
  // Checked by `spanOf`, which knows the plant's zone.
  validator.addFormat(plantTimeFormat, true);
  return validator;
}
