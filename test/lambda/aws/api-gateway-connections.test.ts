import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ApiGatewayConnections } from '../../../lambda/aws/api-gateway-connections.ts';

async function connectionsBehind(answer: RequestListener, timeoutMs = 3_000): Promise<ApiGatewayConnections> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new ApiGatewayConnections({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
    maxSockets: 10,
    timeoutMs,
    caller: { accessKeyId: 'local', secretAccessKey: 'local', region: 'local' },
  });
}

function answering(statusCode: number, errorType?: string): RequestListener {
  return (request, response) => {
    request.resume();
    if (errorType) response.setHeader('x-amzn-ErrorType', errorType);
    response
      .writeHead(statusCode, { 'content-type': 'application/json' })
      .end(errorType ? '{"message":"no"}' : '');
  };
}

describe('posting to a connection', () => {
  test('sends the text as it is to the connection’s address', async () => {
    const requests: { url: string | undefined; body: string }[] = [];
    const connections = await connectionsBehind(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      requests.push({ url: request.url, body });
      response.end();
    });

    expect(await connections.post('L0SM9cOFvHcCIhw=', '{"uid" : "ü" }')).toBe('delivered');
    expect(requests).toEqual([{ url: '/live/@connections/L0SM9cOFvHcCIhw%3D', body: '{"uid" : "ü" }' }]);
  });

  test.each([
    [410, 'GoneException', 'gone'],
    [429, 'LimitExceededException', 'throttled'],
    [429, 'TooManyRequestsException', 'throttled'],
    [413, 'PayloadTooLargeException', 'failed'],
    [403, 'ForbiddenException', 'failed'],
    [500, 'InternalServerError', 'failed'],
    [503, undefined, 'failed'],
  ] as const)('answered %i %s is %s', async (statusCode, errorType, outcome) => {
    const connections = await connectionsBehind(answering(statusCode, errorType));

    expect(await connections.post('a', 'hi')).toBe(outcome);
  });

  test('of a malformed id: close and probe find none, a post may be bad for another reason', async () => {
    const connections = await connectionsBehind(answering(400, 'BadRequestException'));

    expect(await connections.close('a')).toBe('gone');
    expect(await connections.probe('a')).toBe('gone');
    expect(await connections.post('a', 'hi')).toBe('failed');
  });

  test('is tried once: what may have arrived is not sent again', async () => {
    let requests = 0;
    const connections = await connectionsBehind((request, response) => {
      requests += 1;
      answering(500, 'InternalServerError')(request, response);
    });
    await connections.post('a', 'hi');

    expect(requests).toBe(1);
  });

  test('is closed by its id', async () => {
    const requests: string[] = [];
    const connections = await connectionsBehind((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.writeHead(204).end();
    });

    expect(await connections.close('L0SM9cOFvHcCIhw=')).toBe('closed');
    expect(requests).toEqual(['DELETE /live/@connections/L0SM9cOFvHcCIhw%3D']);
  });

  test.each([
    [410, 'GoneException', 'gone'],
    [429, 'LimitExceededException', 'throttled'],
    [500, 'InternalServerError', 'failed'],
  ] as const)('closing, answered %i %s, is %s', async (statusCode, errorType, outcome) => {
    const connections = await connectionsBehind(answering(statusCode, errorType));

    expect(await connections.close('a')).toBe(outcome);
  });

  test('is asked about by its id', async () => {
    const requests: string[] = [];
    const connections = await connectionsBehind((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.end('{"connectedAt":"2026-01-31T12:00:00Z"}');
    });

    expect(await connections.probe('L0SM9cOFvHcCIhw=')).toBe('open');
    expect(requests).toEqual(['GET /live/@connections/L0SM9cOFvHcCIhw%3D']);
  });

  test.each([
    [410, 'GoneException', 'gone'],
    [429, 'LimitExceededException', 'throttled'],
    [403, 'ForbiddenException', 'failed'],
    [500, 'InternalServerError', 'failed'],
  ] as const)('asked about, answered %i %s, is %s', async (statusCode, errorType, outcome) => {
    const connections = await connectionsBehind(answering(statusCode, errorType));

    expect(await connections.probe('a')).toBe(outcome);
  });

  test.each([
    ['AccessDeniedException', 'no permission'],
    ['InvalidSignatureException', 'bad signature'],
    ['ForbiddenException', 'no such stage'],
  ])('that fails is logged with AWS’s type of error: %s, %s', async (errorType) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => written.mockRestore());
    const connections = await connectionsBehind(answering(403, errorType));
    await connections.post('a', 'hi');

    expect(written.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
      expect.objectContaining({ event: 'post-failed', connectionId: 'a', status: 403, error: errorType }),
    ]);
  });

  test('that finds no service is logged with the system’s reason', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => written.mockRestore());
    const connections = await connectionsBehind((request) => request.socket.destroy());
    await connections.post('a', 'hi');

    expect(JSON.parse(String(written.mock.calls[0]![0]))).toMatchObject({
      level: 'error',
      event: 'post-failed',
      connectionId: 'a',
      error: 'ConnectionError:ECONNRESET',
    });
  });

  test('fails, and is not sent again, when the socket that was kept breaks: it may have arrived', async () => {
    let requests = 0;
    const connections = await connectionsBehind((request, response) => {
      requests += 1;
      request.resume();
      if (requests === 1) response.end();
      else request.socket.destroy();
    });

    expect(await connections.post('a', 'one')).toBe('delivered');
    expect(await connections.post('a', 'two')).toBe('failed');
    expect(requests).toBe(2);
  });

  test('fails when there is no answer in time', async () => {
    const connections = await connectionsBehind((request) => request.resume(), 20);

    expect(await connections.post('a', 'hi')).toBe('failed');
  });

  test('fails when the connection to the service breaks', async () => {
    const connections = await connectionsBehind((request) => request.socket.destroy());

    expect(await connections.post('a', 'hi')).toBe('failed');
  });
});
