import { expect, test } from 'vitest';
import { errorCodeOf } from '../../../lambda/aws/error-code.ts';

test.each([
  ['a header', { errorType: 'ForbiddenException', body: '{"message":"Forbidden"}' }, 'ForbiddenException'],
  [
    'a header with an address',
    { errorType: 'GoneException:http://internal.amazon.com/x', body: '' },
    'GoneException',
  ],
  [
    'a type in the body',
    { body: '{"__type":"com.amazonaws.x.v1#AccessDeniedException"}' },
    'AccessDeniedException',
  ],
  ['a code in the body', { body: '{"code":"InvalidSignatureException"}' }, 'InvalidSignatureException'],
  ['no name', { body: '{"message":"no"}' }, 'Status403'],
  ['no JSON', { body: '<html>' }, 'Status403'],
  ['a name that is no string', { body: '{"__type":{},"code":7}' }, 'Status403'],
  [
    'a name with more than a name in it',
    { errorType: 'Bad "thing" u1', body: '{"code":"a b"}' },
    'Status403',
  ],
  ['a name without end', { errorType: 'X'.repeat(65), body: '' }, 'Status403'],
])('the code of a refusal with %s', (_, answer, code) => {
  expect(errorCodeOf({ status: 403, ...answer })).toBe(code);
});
