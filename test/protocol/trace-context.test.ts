import { expect, test } from 'vitest';
import { traceIdOf, traceparentOf } from '../../protocol/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${parentId}-01`;

// https://www.w3.org/TR/trace-context/#versioning-of-traceparent
test.each([
  ['that of version 00', traceparent, traceparent],
  ['one that is not recorded', `00-${traceId}-${parentId}-00`, `00-${traceId}-${parentId}-00`],
  ['that of a later version, as far as it is known', `cc-${traceId}-${parentId}-01-later`, traceparent],
  ['nothing', undefined, undefined],
  ['an empty text', '', undefined],
  ['one of version 00 that is longer', `${traceparent}-later`, undefined],
  ['one of version ff', `ff-${traceId}-${parentId}-01`, undefined],
  ['one in capitals', traceparent.toUpperCase(), undefined],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`, undefined],
  ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`, undefined],
  ['two of them, which HTTP joins', `${traceparent},${traceparent}`, undefined],
  ['a quote', `00-${traceId}-${parentId}-01"}`, undefined],
])('%s', (_, header, value) => {
  expect(traceparentOf(header)).toBe(value);
});

test('its trace id is that of the trace', () => {
  expect(traceIdOf(traceparent)).toBe(traceId);
});
