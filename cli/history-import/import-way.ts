import type { SourceSink } from '../../gateway/source.ts';

/** How the readings of a recording reach the store: always through a spool of their own and ingest. */
export interface ImportWay {
  readonly sink: SourceSink;
  /** Resolves once all that was taken is stored. @throws PlantscopeError `import-stalled` */
  finished(): Promise<void>;
  counts(): { readonly stored: number; readonly refused: number };
  /** A sentence: where to look at what was refused. */
  readonly whereRefused: string;
  close(): Promise<void>;
}

/** Each import of a plant continues the spool of the one before, should that have been cut off. */
export const importGateway = (gateway: string): string => `${gateway}-import`;
export const importSpoolFolder = 'import-spool';
