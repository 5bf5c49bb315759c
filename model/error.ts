/**
 * The one error class of the platform: broken machinery or a refused input, told to a person.
 * Bad data is not an error but a value with a status (see data-value.ts).
 */
export class PlantscopeError extends Error {
  override readonly name = 'PlantscopeError';
  /** Stable, kebab-case; tests and callers match on it, never on the wording. */
  readonly code: string;
  /** Whether the same attempt may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** Where it happened: file and line, tag, device, URL. */
  readonly where: string | undefined;
  /** What the reader should do next. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, details: PlantscopeErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.where = details.where;
    this.hint = details.hint;
  }
}

export interface PlantscopeErrorDetails {
  readonly cause?: unknown;
  readonly retryable?: boolean;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

/** The message of anything that was thrown. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
