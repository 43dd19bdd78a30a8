import { describe, expect, test } from 'vitest';
import { authorizerOf } from '../../../local/function-url/caller.ts';
import { functionUrlEvent, type HttpRequest } from '../../../local/function-url/event.ts';

const request: HttpRequest = {
  method: 'POST',
  target: '/push',
  rawHeaders: [],
  httpVersion: '1.1',
  sourceIp: '127.0.0.1',
  body: Buffer.from(''),
};

const eventOf = (parts: Partial<HttpRequest>) =>
  functionUrlEvent(
    { ...request, ...parts },
    { urlId: 'abc', requestId: 'request-1', now: Date.UTC(2020, 2, 12, 19, 3, 58) },
  );

// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
describe('the event of a function URL', () => {
  test('has the shape of payload format 2.0', () => {
    const event = eventOf({
      target: '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
      rawHeaders: ['Host', 'abc.example', 'User-Agent', 'agent', 'Content-Type', 'text/plain'],
      body: Buffer.from('Hello from client!'),
    });
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/my/path',
      rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
      headers: { host: 'abc.example', 'user-agent': 'agent', 'content-type': 'text/plain' },
      queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
      requestContext: {
        accountId: 'anonymous',
        apiId: 'abc',
        domainName: 'abc.example',
        domainPrefix: 'abc',
        http: {
          method: 'POST',
          path: '/my/path',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'agent',
        },
        requestId: 'request-1',
        routeKey: '$default',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1_584_039_838_000,
      },
      body: 'Hello from client!',
      isBase64Encoded: false,
    });
  });

  test('says who signed the request, where the URL asks for a signature', () => {
    const authorizer = authorizerOf('AKIAEXAMPLE');
    const { requestContext } = functionUrlEvent(request, {
      urlId: 'abc',
      requestId: 'r',
      now: 0,
      authorizer,
    });

    expect(requestContext).toMatchObject({
      accountId: '123456789012',
      authorizer: { iam: { accessKey: 'AKIAEXAMPLE', accountId: '123456789012' } },
    });
  });

  test('has no headers of the connection', () => {
    const rawHeaders = [
      'Connection',
      'keep-alive',
      'Keep-Alive',
      'timeout=5',
      'Transfer-Encoding',
      'chunked',
    ];
    expect(eventOf({ rawHeaders }).headers).toEqual({});
  });

  test('has header names in lower case, and the values of one name joined by commas', () => {
    const { headers } = eventOf({ rawHeaders: ['X-One', 'a', 'x-one', 'b', 'X-Two', 'c, d'] });
    expect(headers).toEqual({ 'x-one': 'a,b', 'x-two': 'c, d' });
  });

  test('has cookies apart from the headers', () => {
    const event = eventOf({ rawHeaders: ['Cookie', 'a=1; b=2', 'Cookie', 'c=3'] });
    expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3']);
    expect(event.headers).toEqual({});
  });

  test('has the path and the query as they were sent, and parameters decoded', () => {
    const event = eventOf({ target: '/uids/a%2Fb%20c?x=%C3%BC&y=1%2B1&z' });
    expect(event).toMatchObject({
      rawPath: '/uids/a%2Fb%20c',
      rawQueryString: 'x=%C3%BC&y=1%2B1&z',
      queryStringParameters: { x: 'ü', y: '1+1', z: '' },
    });
  });

  test('has no body, no cookies and no parameters where there are none', () => {
    const event = eventOf({});
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('cookies');
    expect(event).not.toHaveProperty('queryStringParameters');
  });
});

// https://github.com/ministackorg/ministack/pull/766
describe('a body', () => {
  const bodyOf = (contentType: string | undefined) => {
    const rawHeaders = contentType === undefined ? [] : ['Content-Type', contentType];
    const { body, isBase64Encoded } = eventOf({ rawHeaders, body: Buffer.from('grüß') });
    return { body, isBase64Encoded };
  };

  test.each([
    'text/plain',
    'text/csv; charset=utf-8',
    'application/json',
    'Application/JSON;charset=UTF-8',
    'application/xml',
    'application/javascript',
  ])('of type %s comes as text', (contentType) => {
    expect(bodyOf(contentType)).toEqual({ body: 'grüß', isBase64Encoded: false });
  });

  test.each([
    'application/x-ndjson',
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'application/octet-stream',
    undefined,
  ])('of type %s comes as base64', (contentType) => {
    expect(bodyOf(contentType)).toEqual({ body: 'Z3LDvMOf', isBase64Encoded: true });
  });
});
