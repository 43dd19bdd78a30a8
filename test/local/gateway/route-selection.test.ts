import { expect, test } from 'vitest';
import { routeSelector } from '../../../local/gateway/route-selection.ts';

const routeKeys = ['$connect', '$disconnect', '$default', 'register', 'ping', '7'];
const selectRoute = routeSelector('$request.body.action', routeKeys);

test.each([
  ['{"action":"register"}', 'register'],
  ['{"uid":"u1","action":"ping"}', 'ping'],
  ['{"action":7}', '7'],
])('%s takes the route %s', (body, routeKey) => {
  expect(selectRoute(body)).toBe(routeKey);
});

test.each([
  ['u1'],
  [''],
  ['{"action":"register"'],
  ['{}'],
  ['{"action":"unknown"}'],
  ['{"action":"Register"}'],
  ['{"action":null}'],
  ['{"action":{"register":1}}'],
  ['{"action":["register"]}'],
  ['"register"'],
  ['null'],
  ['[]'],
])('%s takes $default', (body) => {
  expect(selectRoute(body)).toBe('$default');
});

test.each(['$connect', '$disconnect', '$default'])('no message can call %s by name', (action) => {
  const withoutDefault = routeSelector('$request.body.action', ['$connect', '$disconnect', 'register']);

  expect(selectRoute(JSON.stringify({ action }))).toBe('$default');
  expect(withoutDefault(JSON.stringify({ action }))).toBeUndefined();
});

test('without $default a message that names no route takes none', () => {
  expect(routeSelector('$request.body.action', ['register'])('hello')).toBeUndefined();
});

test('the path may lead into the message', () => {
  const nested = routeSelector('$request.body.meta.kind', routeKeys);

  expect(nested('{"meta":{"kind":"ping"}}')).toBe('ping');
  expect(nested('{"meta":"ping"}')).toBe('$default');
});

test('what every object inherits is no part of the message', () => {
  const inherited = routeSelector('$request.body.toString', [String({}.toString), '$default']);

  expect(inherited('{}')).toBe('$default');
});

test.each(['', 'action', '$request.header.action', '$request.body', '$request.body.', '$request.body[0]'])(
  'the expression "%s" is refused',
  (expression) => {
    expect(() => routeSelector(expression, routeKeys)).toThrow(TypeError);
  },
);
