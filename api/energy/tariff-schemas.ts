import Type, { type Static } from 'typebox';
import { IsoTime } from '../schemas/common.ts';

export const TariffAnswer = Type.Object({
  tariff: Type.Optional(Type.String({ description: 'Left out where the plant file has none.' })),
  currency: Type.Optional(Type.String()),
  windows: Type.Array(
    Type.Object({
      start: IsoTime,
      end: IsoTime,
      period: Type.String({ description: '尖 sharp, 峰 peak, 平 flat, 谷 valley, 深谷 deepValley.' }),
      price: Type.Number({ description: 'Of a kWh, in the currency.' }),
      edition: Type.String({ description: 'Document of the tariff version.' }),
    }),
    { description: 'Stretches of one price, in order. Days before the first version have none.' },
  ),
});
export type TariffAnswer = Static<typeof TariffAnswer>;
