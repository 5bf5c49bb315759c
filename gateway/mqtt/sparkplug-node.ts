import type { SparkplugMetric, SparkplugPayload } from './sparkplug-payload.ts';

/** A host that goes on asking a node which can't answer would only add to its load. */
const ASK_AGAIN_MS = 10_000;
const SEQUENCE_LENGTH = 256;

interface Metric {
  readonly name: string;
  readonly dataType: number | undefined;
}

/** What a host has to remember of one edge node: its sequence, its births, its aliases. @see Sparkplug 3.0.0 clause 6.4 */
export class SparkplugNode {
  #isBorn = false;
  #isInStep = false;
  #sequence = 0;
  #bdSeq: number | undefined;
  #askedMs: number | undefined;
  /** By device (`''`: the node itself), then by name and by alias. */
  readonly #metrics = new Map<string, { byName: Map<string, Metric>; byAlias: Map<number, Metric> }>();

  get isInStep(): boolean {
    return this.#isInStep;
  }

  birth(device: string, { seq, metrics }: SparkplugPayload): void {
    if (device === '') this.#nodeBirth(seq ?? 0, metrics);
    else this.#step(seq);
    const named = metrics.filter((metric) => metric.name !== undefined);
    const known = named.map(({ name = '', alias, dataType }) => ({ name, alias, dataType }));
    this.#metrics.set(device, {
      byName: new Map(known.map((metric) => [metric.name, metric])),
      byAlias: new Map(
        known.flatMap((metric) => (metric.alias === undefined ? [] : [[metric.alias, metric]])),
      ),
    });
  }

  #nodeBirth(seq: number, metrics: readonly SparkplugMetric[]): void {
    this.#metrics.clear();
    this.#isBorn = true;
    this.#isInStep = true;
    this.#askedMs = undefined;
    this.#sequence = seq;
    this.#bdSeq = bdSeqOf(metrics);
  }

  /** To be called for data and for a device's death too: they count in the same sequence. */
  data({ seq }: SparkplugPayload): void {
    this.#step(seq);
  }

  #step(seq: number | undefined): void {
    if (!this.#isBorn || seq !== (this.#sequence + 1) % SEQUENCE_LENGTH) this.#isInStep = false;
    this.#sequence = seq ?? this.#sequence;
  }

  /** @returns false where it is the will of an earlier session, which came late */
  death({ metrics }: SparkplugPayload): boolean {
    const bdSeq = bdSeqOf(metrics);
    if (this.#isBorn && this.#bdSeq !== undefined && bdSeq !== undefined && bdSeq !== this.#bdSeq)
      return false;
    this.#isBorn = false;
    this.#isInStep = false;
    this.#askedMs = undefined;
    return true;
  }

  /** Whether to ask for a rebirth now: out of step, and not asked lately. */
  mustAsk(nowMs: number): boolean {
    if (this.#isInStep || (this.#askedMs !== undefined && nowMs - this.#askedMs < ASK_AGAIN_MS)) return false;
    this.#askedMs = nowMs;
    return true;
  }

  /** Name and type of a metric, of which data may tell the alias only; undefined for an alias that no birth told. */
  resolve(device: string, { name, alias, dataType }: SparkplugMetric): Metric | undefined {
    const known = this.#metrics.get(device);
    const born =
      name === undefined ? known?.byAlias.get(alias ?? Number.NaN) : (known?.byName.get(name) ?? { name });
    return (
      born && { name: born.name, dataType: dataType ?? ('dataType' in born ? born.dataType : undefined) }
    );
  }
}

const bdSeqOf = (metrics: readonly SparkplugMetric[]): number | undefined => {
  const raw = metrics.find(({ name }) => name === 'bdSeq')?.raw;
  return raw === undefined || raw === null ? undefined : Number(raw);
};
