import Type from 'typebox';

export const closed = { additionalProperties: false } as const;

export const IsoTime = Type.String({
  description: 'ISO 8601 with zone.',
  examples: ['2026-11-24T08:00:00.000Z'],
});

export const Label = Type.Object({ en: Type.String(), zh: Type.String() });

export const Value = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()], {
  description: 'In the unit of the tag; null where the device gave none (the status says why).',
});

export const Status = Type.Integer({
  description: 'OPC UA status code; its two top bits are the severity: 0 good, 1 uncertain, 2 bad.',
});

export const TagList = Type.Optional(
  Type.String({ description: 'Tags, separated by commas. Without it: all.', maxLength: 20_000 }),
);

/** A time of a request. Understood by `spanOf`, which knows the plant's zone; documented as date or date-time. */
export const plantTimeFormat = 'plant-time';

export const From = Type.Optional(
  Type.String({
    format: plantTimeFormat,
    description: 'Inclusive. ISO 8601; without zone it is plant time. Default: 24 h before `to`.',
  }),
);
export const To = Type.Optional(
  Type.String({ format: plantTimeFormat, description: 'Exclusive. ISO 8601. Default: now.' }),
);
