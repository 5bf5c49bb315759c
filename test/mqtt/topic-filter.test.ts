import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesFilter, TopicFilters } from '../../mqtt/topic-filter.ts';

const level = fc.constantFrom('a', 'b', 'c', '');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, hasTail]) => [...levels, ...(hasTail ? ['#'] : [])].join('/'));

test('many filters at once match what each of them matches, asked once or again', () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 6 }), fc.array(topic, { maxLength: 6 }), (filters, topics) => {
      const all = new TopicFilters(filters);
      for (const one of [...topics, ...topics])
        expect(all.matches(one)).toBe(filters.some((each) => matchesFilter(each, one)));
    }),
  );
});
