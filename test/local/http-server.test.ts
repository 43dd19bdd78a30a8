import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { functionUrl } from '../../local/function-url/function-url.ts';
import type { Invoke } from '../../local/functions/function-outcome.ts';
import { startHttpServer } from '../../local/http-server.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** An HTTP server whose function answers with the event it got, by default. */
async function startServer(invoke: Invoke = async (event) => ({ payload: { event } })) {
  const url = 'https://abc.lambda-url.us-east-1.on.aws/';
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    functionUrl: functionUrl({ url, authType: 'NONE', invoke, clock: new FakeClock() }),
  });
  onTestFinished(() => server.stop());
  return server;
}

describe('the HTTP server', () => {
  test('hands a request to the function, and its answer back', async () => {
    const { url } = await startServer();
    const response = await fetch(`${url}push?a=1`, { method: 'POST', body: 'hi' });
    const { event } = (await response.json()) as { event: unknown };
    expect(response.status).toBe(200);
    expect(event).toMatchObject({
      rawPath: '/push',
      rawQueryString: 'a=1',
      body: 'hi',
      requestContext: { apiId: 'abc', http: { method: 'POST', sourceIp: '127.0.0.1' } },
    });
    expect(event).toMatchObject({
      requestContext: { requestId: response.headers.get('x-amzn-requestid') },
    });
  });

  test('serves the show page', async () => {
    const { url } = await startServer();
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<!doctype html>');
  });

  test('serves what is published, as it is then, and leaves the path to the function until then', async () => {
    const server = await startServer();
    const outputs = () => fetch(`${server.url}outputs.json`).then((response) => response.json());
    expect(await outputs()).toHaveProperty('event');
    let read = 0;
    server.publish('/outputs.json', () => ({ PushUrl: server.url, read: ++read }));
    expect(await outputs()).toEqual({ PushUrl: server.url, read: 1 });
    expect(await outputs()).toEqual({ PushUrl: server.url, read: 2 });
  });

  test.each([
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '//etc/passwd',
  ])('has no file at %s', async (path) => {
    const { port } = await startServer();
    const socket = connect(port, '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await text(socket)).toContain(`"rawPath":"${path}"`);
  });

  test('leaves a POST to a file of the page to the function', async () => {
    const { url } = await startServer();
    const response = await fetch(`${url}index.html`, { method: 'POST' });
    expect(await response.json()).toMatchObject({ event: { rawPath: '/index.html' } });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  test('answers 413 to a body over 6 MB without calling the function', async () => {
    const { url } = await startServer(async () => {
      throw new Error('the function was called');
    });
    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(6_291_457) });
    expect(response.status).toBe(413);
  });

  test('outlives a sender that leaves in the middle of its request', async () => {
    const { port, url } = await startServer();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf', () =>
      socket.resetAndDestroy(),
    );
    expect((await fetch(`${url}push`)).status).toBe(200);
  });

  test('takes a port that is free again as soon as it has stopped', async () => {
    const server = await startServer();
    await fetch(server.url);
    await server.stop();
    await expect(fetch(server.url)).rejects.toThrow(TypeError);
  });
});
