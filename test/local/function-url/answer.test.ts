import { describe, expect, test } from 'vitest';
import { functionUrlAnswer } from '../../../local/function-url/answer.ts';
import type { FunctionOutcome } from '../../../local/functions/function-outcome.ts';

/** The answer with its body as text. */
function answerOf(outcome: FunctionOutcome) {
  const { body, ...rest } = functionUrlAnswer(outcome);
  return { ...rest, body: body.toString() };
}

const json = { 'content-type': 'application/json' };

// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
describe('the answer of a function URL', () => {
  test('has the status, headers, cookies and body that the function gives', () => {
    const payload = {
      statusCode: 201,
      headers: { 'Content-Type': 'text/plain', 'My-Header': 'Custom Value' },
      body: 'made',
      cookies: ['a=1', 'b=2; Secure'],
    };
    expect(answerOf({ payload })).toEqual({
      statusCode: 201,
      headers: {
        'content-type': 'text/plain',
        'my-header': 'Custom Value',
        'set-cookie': ['a=1', 'b=2; Secure'],
      },
      body: 'made',
    });
  });

  test('is JSON where the function names no type', () => {
    expect(answerOf({ payload: { statusCode: 200, body: '{}' } })).toMatchObject({
      headers: json,
      body: '{}',
    });
  });

  test.each(['WWW-Authenticate', 'Date', 'Connection', 'content-length', 'Server'])(
    'has another name for the header %s',
    (name) => {
      const { headers } = answerOf({ payload: { statusCode: 401, headers: { [name]: 'x' } } });
      expect(headers).toEqual({ ...json, [`x-amzn-remapped-${name.toLowerCase()}`]: 'x' });
    },
  );

  test('has no Transfer-Encoding of the function’s', () => {
    const payload = { statusCode: 200, headers: { 'Transfer-Encoding': 'chunked', TTL: '60' } };
    expect(answerOf({ payload }).headers).toEqual({ ...json, ttl: '60' });
  });

  test('has the bytes of a body in base64', () => {
    const { body } = functionUrlAnswer({ payload: { statusCode: 200, body: '//4=', isBase64Encoded: true } });
    expect([...body]).toEqual([0xff, 0xfe]);
  });

  test.each([
    ['text', 'Hello, world!', '"Hello, world!"'],
    ['an object', { message: 'Hello, world!' }, '{"message":"Hello, world!"}'],
    ['a list', [1, 2], '[1,2]'],
    ['nothing', null, 'null'],
  ])('is a 200 with the whole of it as JSON where the function gives %s', (_, payload, body) => {
    expect(answerOf({ payload })).toEqual({ statusCode: 200, headers: json, body });
  });

  test.each<[string, FunctionOutcome]>([
    ['fails', { errorType: 'TypeError', errorMessage: 'secret' }],
    ['times out', { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 3.00 seconds' }],
    ['gives no status', { payload: { statusCode: 'fine' } }],
    ['gives a status that is none', { payload: { statusCode: 999 } }],
    ['gives a body that is not text', { payload: { statusCode: 200, body: { a: 1 } } }],
    [
      'gives a header that HTTP does not allow',
      { payload: { statusCode: 200, headers: { 'x-a': 'a\nb: c' } } },
    ],
    ['gives a cookie that HTTP does not allow', { payload: { statusCode: 200, cookies: ['a\n'] } }],
  ])('is a 502 where the function %s', (_, outcome) => {
    expect(answerOf(outcome)).toEqual({ statusCode: 502, headers: json, body: 'Internal Server Error' });
  });

  test('is a 403 where the function lets no call in', () => {
    expect(answerOf({ errorType: 'AccessDeniedException', errorMessage: '' }).statusCode).toBe(403);
  });

  test('is a 413 for a request over the limit, and a 429 for one too many', () => {
    expect(answerOf({ errorType: 'RequestTooLargeException', errorMessage: '' }).statusCode).toBe(413);
    expect(answerOf({ errorType: 'TooManyRequestsException', errorMessage: '' }).statusCode).toBe(429);
  });
});
