import Type from 'typebox';

/** What the sections of plant.yaml are built of. Sections refuse keys they do not name. */
export const strict = { additionalProperties: false } as const;

export const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and hyphens; at most 63.',
});
export const durationOf = (description: string) =>
  Type.String({ pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|min|m|h|d|w)$', description });
export const Duration = durationOf('A duration such as 500ms, 10s, 15m, 1h or 3d.');
export const Port = Type.Integer({ minimum: 1, maximum: 65535 });
export const SecretFile = Type.String({
  minLength: 1,
  description: 'Path of a file that holds the secret, readable by you only.',
});
export const PasswordUser = Type.Object({ name: Type.String(), passwordFile: SecretFile }, strict);
/** PEM files. */
export const ClientTls = Type.Object(
  {
    caFile: Type.Optional(
      Type.String({ description: 'Authority that signed the certificate of the other side.' }),
    ),
    certificateFile: Type.Optional(Type.String({ description: 'Our own certificate.' })),
    privateKeyFile: Type.Optional(SecretFile),
  },
  strict,
);
