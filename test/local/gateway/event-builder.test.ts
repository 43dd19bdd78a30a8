import { expect, test } from 'vitest';
import {
  type ConnectionInfo,
  connectEvent,
  disconnectEvent,
  messageEvent,
} from '../../../local/gateway/event-builder.ts';

// The values of the example events in
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html
const connection: ConnectionInfo = {
  connectionId: 'AAAA1234=',
  connectedAt: 1707502303419,
  domainName: 'abcd1234.execute-api.us-east-1.amazonaws.com',
  stage: 'prod',
  apiId: 'abcd1234',
  identity: { sourceIp: '192.0.2.1' },
};
const request = { requestId: 'ABCD1234=', time: 1707502303420 };

test('$connect tells the headers, the connection and the request', () => {
  const rawHeaders = [
    ...['Host', 'abcd123.execute-api.us-east-1.amazonaws.com'],
    ...['Connection', 'Upgrade', 'Upgrade', 'websocket'],
    ...['Sec-WebSocket-Version', '13'],
  ];

  expect(connectEvent(connection, request, { rawHeaders, query: '' })).toEqual({
    headers: { Host: 'abcd123.execute-api.us-east-1.amazonaws.com', 'Sec-WebSocket-Version': '13' },
    multiValueHeaders: {
      Host: ['abcd123.execute-api.us-east-1.amazonaws.com'],
      'Sec-WebSocket-Version': ['13'],
    },
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      extendedRequestId: 'ABCD1234=',
      requestTime: '09/Feb/2024:18:11:43 +0000',
      messageDirection: 'IN',
      stage: 'prod',
      connectedAt: 1707502303419,
      requestTimeEpoch: 1707502303420,
      identity: { sourceIp: '192.0.2.1' },
      requestId: 'ABCD1234=',
      domainName: 'abcd1234.execute-api.us-east-1.amazonaws.com',
      connectionId: 'AAAA1234=',
      apiId: 'abcd1234',
    },
    isBase64Encoded: false,
  });
});

test('$connect tells the last of several values, and all of them beside it', () => {
  const event = connectEvent(connection, request, {
    rawHeaders: ['Cookie', 'a=1', 'Cookie', 'b=2'],
    query: 'room=red&room=dark+blue%3F&empty=',
  });

  expect(event.headers).toEqual({ Cookie: 'b=2' });
  expect(event.multiValueHeaders).toEqual({ Cookie: ['a=1', 'b=2'] });
  expect(event.queryStringParameters).toEqual({ room: 'dark blue?', empty: '' });
  expect(event.multiValueQueryStringParameters).toEqual({ room: ['red', 'dark blue?'], empty: [''] });
});

test('a parameter called __proto__ is an ordinary parameter', () => {
  const event = connectEvent(connection, request, { rawHeaders: [], query: '__proto__=x' });

  expect(Object.entries(event.queryStringParameters!)).toEqual([['__proto__', 'x']]);
});

test('a message tells its text, its id and the route it took, and no headers', () => {
  const message = { routeKey: 'register', messageId: 'BBBB1234=', body: '{"action":"register"}' };

  const event = messageEvent(connection, request, message);

  expect(event).toEqual({
    requestContext: {
      ...connection,
      routeKey: 'register',
      messageId: 'BBBB1234=',
      eventType: 'MESSAGE',
      extendedRequestId: 'ABCD1234=',
      requestTime: '09/Feb/2024:18:11:43 +0000',
      messageDirection: 'IN',
      requestTimeEpoch: 1707502303420,
      requestId: 'ABCD1234=',
    },
    body: '{"action":"register"}',
    isBase64Encoded: false,
  });
});

test('$disconnect tells how the connection ended, and headers that are not the client’s', () => {
  const event = disconnectEvent(connection, request, { code: 1005, reason: '' });

  expect(event).toEqual({
    headers: {
      Host: 'abcd1234.execute-api.us-east-1.amazonaws.com',
      'x-api-key': '',
      'X-Forwarded-For': '',
      'x-restapi': '',
    },
    multiValueHeaders: {
      Host: ['abcd1234.execute-api.us-east-1.amazonaws.com'],
      'x-api-key': [''],
      'X-Forwarded-For': [''],
      'x-restapi': [''],
    },
    requestContext: {
      ...connection,
      routeKey: '$disconnect',
      disconnectStatusCode: 1005,
      disconnectReason: 'Client-side close frame status not set',
      eventType: 'DISCONNECT',
      extendedRequestId: 'ABCD1234=',
      requestTime: '09/Feb/2024:18:11:43 +0000',
      messageDirection: 'IN',
      requestTimeEpoch: 1707502303420,
      requestId: 'ABCD1234=',
    },
    isBase64Encoded: false,
  });
});

test.each([
  [1000, '', 'Connection Closed Normally'],
  [1001, '', 'Going away'],
  [1006, '', ''],
  [4000, 'moved to another tab', 'moved to another tab'],
])('$disconnect with code %i and reason "%s" has the reason "%s"', (code, reason, disconnectReason) => {
  const { requestContext } = disconnectEvent(connection, request, { code, reason });

  expect(requestContext).toMatchObject({ disconnectStatusCode: code, disconnectReason });
});

test.each([
  [Date.UTC(2026, 0, 1, 0, 0, 0, 999), '01/Jan/2026:00:00:00 +0000'],
  [Date.UTC(2028, 1, 29, 23, 59, 59), '29/Feb/2028:23:59:59 +0000'],
])('the time %i is written as %s', (time, requestTime) => {
  const event = disconnectEvent(connection, { requestId: 'ABCD1234=', time }, { code: 1000, reason: '' });

  expect(event.requestContext.requestTime).toBe(requestTime);
});
