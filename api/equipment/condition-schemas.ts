import Type, { type Static } from 'typebox';
import { VERDICTS } from '../../scenarios/equipment/diagnosis/feedback.ts';
import { closed, From, IsoTime, Label, To } from '../schemas/common.ts';

const Machine = Type.String({ description: 'Id of the machine.', minLength: 1, maxLength: 63 });
const orNull = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

export const MachineQuery = Type.Object({ asset: Machine, from: From, to: To }, closed);
export const FeedbackQuery = Type.Object({ asset: Type.Optional(Machine) }, closed);
export const AnyMachineQuery = Type.Object({ asset: Type.Optional(Machine), from: From, to: To }, closed);
export const OneMachineQuery = Type.Object({ asset: Machine }, closed);

export const FleetMachine = Type.Object({
  asset: Type.String(),
  name: Type.String(),
  attention: Type.Number({
    description: 'The higher, the sooner it needs a person; the list is sorted by it.',
  }),
  index: orNull('Health, 0 to 100; null: not judged lately.'),
  because: Type.String({ description: 'zone, warning, anomaly, diagnosis or nothing.' }),
  state: Type.String({ description: 'Running state of the newest window; unknown where there is none.' }),
  zone: Type.String(),
  diagnosis: Type.String({ description: 'Fault that is told, or none.' }),
  diagnosisName: Type.Optional(Label),
  confidence: Type.Number(),
  warningOf: Type.String({ description: 'Quantity of the gravest early warning.' }),
  warning: orNull('Its score, 1 at the limit.'),
  anomaly: orNull('Anomaly score, 1 at the limit.'),
  modelVersion: Type.Integer({ description: '0: still learning.' }),
  judged: Type.Optional(IsoTime),
});
export type FleetMachine = Static<typeof FleetMachine>;
/** Of a route that takes no parameter. */
export const NoQuery = Type.Object({}, closed);

export const FleetAnswer = Type.Object({ machines: Type.Array(FleetMachine) });

const Stretch = Type.Object({
  start: IsoTime,
  end: IsoTime,
  state: Type.String(),
  method: Type.String(),
});
export const StatesAnswer = Type.Object({ asset: Type.String(), stretches: Type.Array(Stretch) });
export type StatesAnswer = Static<typeof StatesAnswer>;

export const LossesAnswer = Type.Object({
  asset: Type.String(),
  edition: Type.String(),
  rule: Type.String(),
  steps: Type.Union([Type.Array(Type.Object({ name: Type.String(), seconds: Type.Number() })), Type.Null()]),
  missing: Type.Array(Type.Object({ figure: Type.String(), reason: Type.String() })),
});

const Evidence = Type.Object({
  observation: Type.String(),
  observed: Type.Number(),
  atLeast: Type.Optional(Type.Number()),
  below: Type.Optional(Type.Number()),
  weight: Type.Number(),
});
export const HypothesisAnswer = Type.Object({
  fault: Type.String(),
  name: Label,
  confidence: Type.Number(),
  urgency: Type.String(),
  advice: Type.String(),
  source: Type.String(),
  evidenceFor: Type.Array(Evidence),
  evidenceAgainst: Type.Array(Evidence),
  missing: Type.Array(Type.String()),
});
export const DiagnosisAnswer = Type.Object({
  asset: Type.String(),
  time: IsoTime,
  fault: Type.String({ description: 'The most likely fault where the machine is abnormal, else none.' }),
  said: Type.Boolean({ description: 'Named twice in a row, and so told as an alarm.' }),
  confidence: Type.Number(),
  abnormal: Type.Array(Type.String(), { description: 'Limits that are broken.' }),
  ranked: Type.Array(HypothesisAnswer),
  waveform: Type.Union([Type.String(), Type.Null()], { description: 'Newest recording it rests on.' }),
  recordings: Type.Integer(),
  modelVersion: Type.Integer(),
  method: Type.String(),
  edition: Type.String(),
});
export type DiagnosisAnswer = Static<typeof DiagnosisAnswer>;
export const DiagnosesAnswer = Type.Object({ diagnoses: Type.Array(DiagnosisAnswer) });

export const WaveformsAnswer = Type.Object({
  recordings: Type.Array(
    Type.Object({
      id: Type.String(),
      time: IsoTime,
      quantity: Type.String(),
      sampleRateHz: Type.Number(),
      samples: Type.Integer(),
      unit: Type.String(),
      position: Type.String(),
      direction: Type.String(),
      rpm: orNull('Measured shaft speed.'),
      loadPct: orNull('Measured load.'),
      keptFor: Type.Array(Type.String()),
    }),
  ),
});
export type WaveformsAnswer = Static<typeof WaveformsAnswer>;

export const WaveformQuery = Type.Object(
  {
    id: Type.String({ description: 'As /waveforms gives it.', maxLength: 200 }),
    points: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 100_000,
        description: 'At most; each the extreme of its stretch.',
      }),
    ),
  },
  closed,
);
export const WaveformAnswer = Type.Object({
  id: Type.String(),
  stepS: Type.Number(),
  unit: Type.String(),
  samples: Type.Array(Type.Number()),
});

export const SpectrumQuery = Type.Object(
  {
    id: Type.String({ description: 'Recording, as /waveforms gives it.', maxLength: 200 }),
    kind: Type.Optional(
      Type.Union([Type.Literal('velocity'), Type.Literal('raw'), Type.Literal('envelope')], {
        description:
          "velocity (mm/s RMS a line), raw (the recording's unit), envelope (over its noise floor).",
      }),
    ),
    maxHz: Type.Optional(Type.Number({ minimum: 10, maximum: 100_000 })),
  },
  closed,
);
export const SpectrumAnswer = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  unit: Type.String(),
  stepHz: Type.Number(),
  rpm: orNull('Shaft speed of the recording.'),
  method: Type.String(),
  lines: Type.Array(Type.Number()),
  markers: Type.Array(
    Type.Object({
      name: Type.String({ description: 'shaft, bpfo, bpfi, bsf, ftf, blade, gear, belt, line.' }),
      order: Type.Integer({ description: 'Harmonic.' }),
      hz: Type.Number(),
    }),
  ),
});
export type SpectrumAnswer = Static<typeof SpectrumAnswer>;

export const ModelsAnswer = Type.Object({
  models: Type.Array(
    Type.Object({
      asset: Type.String(),
      version: Type.Integer(),
      trainedFrom: IsoTime,
      trainedTo: IsoTime,
      reason: Type.String(),
      by: Type.Optional(Type.String()),
      features: Type.Array(Type.String()),
      trends: Type.Array(Type.String()),
      loadQuantity: Type.Union([Type.String(), Type.Null()]),
      regimes: Type.Array(
        Type.Object({
          rpm: Type.Number(),
          loadPct: Type.Optional(Type.Number()),
          recordings: Type.Integer(),
        }),
      ),
      metrics: Type.Record(Type.String(), Type.Number()),
      algorithms: Type.Array(Type.String()),
    }),
  ),
});
export type ModelsAnswer = Static<typeof ModelsAnswer>;

export const TrendQuery = Type.Object(
  { asset: Machine, quantity: Type.String({ maxLength: 60 }), from: From, to: To },
  closed,
);
export const TrendAnswer = Type.Object({
  asset: Type.String(),
  quantity: Type.String(),
  unit: Type.String(),
  modelVersion: Type.Union([Type.Integer(), Type.Null()], { description: 'Null: nothing learned yet.' }),
  points: Type.Array(
    Type.Object({
      time: IsoTime,
      value: Type.Number(),
      expected: orNull('What load and speed explain.'),
      low: orNull('Expected less four sigmas.'),
      high: orNull('Expected and four sigmas.'),
    }),
  ),
});
export type TrendAnswer = Static<typeof TrendAnswer>;

export const RulAnswer = Type.Object({
  asset: Type.String(),
  basis: Type.String(),
  limit: orNull('Limit that is to be met.'),
  unit: Type.String(),
  verdict: Type.String({ description: 'estimate, limit-reached or not-enough-evidence.' }),
  reason: Type.Optional(Type.String()),
  hours: Type.Optional(Type.Number()),
  earliestHours: Type.Optional(Type.Number()),
  latestHours: Type.Optional(Type.Number()),
  values: Type.Integer({ description: 'Values the verdict rests on.' }),
});
export type RulAnswer = Static<typeof RulAnswer>;

export const FeedbackBody = Type.Object(
  {
    asset: Machine,
    verdict: Type.Union(VERDICTS.map((verdict) => Type.Literal(verdict))),
    fault: Type.Optional(
      Type.String({ maxLength: 60, description: 'Of the knowledge base; not needed for new-normal.' }),
    ),
    since: Type.Optional(
      Type.String({
        description: 'Start of the diagnosis, or since when the machine is another one. Default: now.',
      }),
    ),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  closed,
);
const FeedbackEntry = Type.Object({
  sequence: Type.Integer(),
  asset: Type.String(),
  fault: Type.String(),
  verdict: Type.String(),
  since: IsoTime,
  given: IsoTime,
  by: Type.String(),
  note: Type.Optional(Type.String()),
});
export type FeedbackEntry = Static<typeof FeedbackEntry>;
export const FeedbackGiven = Type.Object({
  entry: FeedbackEntry,
  learned: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Version of the model learned from it.',
  }),
});
export const FeedbackAnswer = Type.Object({
  entries: Type.Array(FeedbackEntry),
  rules: Type.Array(
    Type.Object({
      fault: Type.String(),
      confirmed: Type.Integer(),
      rejected: Type.Integer(),
      missed: Type.Integer(),
      precision: orNull('Confirmed over judged.'),
      recall: orNull('Confirmed over there.'),
    }),
  ),
});
export type FeedbackAnswer = Static<typeof FeedbackAnswer>;

export const EnterWaveformBody = Type.Object(
  {
    asset: Machine,
    quantity: Type.Optional(Type.String({ maxLength: 60, description: 'Default: vibrationWaveform.' })),
    time: Type.Optional(Type.String({ description: 'Of the first sample. Default: now.' })),
    fs: Type.Number({ exclusiveMinimum: 0, description: 'Sampling rate, Hz.' }),
    rpm: Type.Optional(Type.Number({ minimum: 0, description: 'Measured shaft speed.' })),
    loadPct: Type.Optional(Type.Number({ minimum: 0 })),
    unit: Type.Optional(Type.String({ description: 'g, m/s2, mm/s or A.' })),
    position: Type.Optional(Type.String({ maxLength: 60 })),
    direction: Type.Optional(Type.String({ maxLength: 20 })),
    f32: Type.String({ description: 'Base64 of little-endian float32 samples.' }),
  },
  closed,
);
export const EnteredWaveform = Type.Object({ id: Type.String() });

export const KnowledgeAnswer = Type.Object({
  faults: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Label,
      source: Type.String(),
      urgency: Type.String(),
      advice: Type.String(),
    }),
  ),
});
export type KnowledgeAnswer = Static<typeof KnowledgeAnswer>;
