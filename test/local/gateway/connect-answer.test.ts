import { expect, test } from 'vitest';
import { connectAnswer } from '../../../local/gateway/connect-answer.ts';

test.each([200, 201, 204, 299, '200'])('statusCode %j opens the socket', (statusCode) => {
  expect(connectAnswer({ payload: { statusCode } })).toEqual({ opens: true, subprotocol: undefined });
});

test.each([301, 401, 403, 500, 599])('statusCode %j refuses with it', (status) => {
  expect(connectAnswer({ payload: { statusCode: status } })).toEqual({ opens: false, status });
});

test.each([
  { payload: null },
  { payload: 'ok' },
  { payload: {} },
  { payload: { statusCode: 'yes' } },
  { payload: { statusCode: 101 } },
  { payload: { statusCode: 200.5 } },
  { errorType: 'Error', errorMessage: 'out of order' },
])('%j refuses with 502', (outcome) => {
  expect(connectAnswer(outcome)).toEqual({ opens: false, status: 502 });
});

test.each(['Sec-WebSocket-Protocol', 'sec-websocket-protocol'])('%s names the subprotocol', (header) => {
  const outcome = { payload: { statusCode: 200, headers: { [header]: 'chat' } } };

  expect(connectAnswer(outcome)).toEqual({ opens: true, subprotocol: 'chat' });
});
