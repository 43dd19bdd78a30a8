import { describe, expect, test } from 'vitest';
import { runStack } from './running-stack.ts';

const logged: string[] = [];
const stack = runStack({
  // Lines are stored; what is pushed to a group is not.
  context: { groups: 'true', textTtlSeconds: '600' },
  onLog: (source, line) => void (source.includes('text') && logged.push(line)),
});

describe('an envelope to a group', () => {
  test('reaches its connections byte for byte, but for those to leave out, and is answered in its place', async () => {
    const [plain, other] = [await stack.browser('in'), await stack.browser('out')];
    await stack.json('PUT', 'groups/g%2F1/uids/in');
    const { connections } = await stack.json<{ connections: { id: string }[] }>('GET', 'uids/in');
    const id = connections[0]!.id;
    const message = '{ "n" : 1.0, "group":"none", "s":"\\u00e9é\\/" }';

    expect(
      await stack.answersTo(
        '{"uid":"in","n":0}',
        `{"group":"g/1", "message":${message}}`,
        `{"group":"g/1","message":{},"except":["${id}","x"],"counts":true}`,
        `{"counts":true,"message":{"n":2},"only":"${id}","group":"g/1"}`,
        '{"uid":"out","group":"g/1","message":{}}',
      ),
    ).toEqual([
      'ok',
      'ok',
      '{"group":"g/1","delivered":0,"gone":0,"failed":0,"excluded":1}',
      '{"group":"g/1","delivered":1,"gone":0,"failed":0,"excluded":0}',
      'ok',
    ]);
    expect([await plain.next(), await plain.next(), await plain.next()]).toEqual([
      '{"uid":"in","n":0}',
      message,
      '{"n":2}',
    ]);
    expect(await other.next()).toBe('{"uid":"out","group":"g/1","message":{}}');
  });

  test.each([
    ['in which nobody is', '{"group":"empty","message":{}}'],
    ['with an empty name', '{"group":"","message":{}}'],
    ['with a name that is too long', JSON.stringify({ group: 'x'.repeat(257), message: {} })],
    ['with half a character in its name', '{"group":"\\ud800","message":{}}'],
    ['that no URL can name', '{"group":"..","message":{}}'],
    ['and to uids', '{"group":"empty","uids":["bystander"],"message":{}}'],
    ['with a misspelt member', '{"group":"empty","message":{},"exept":"x"}'],
  ])('%s is answered fail, costs no other line anything, and is no fault in the log', async (_, line) => {
    await stack.browser('bystander');
    logged.length = 0;

    expect(await stack.answersTo(line, '{"uid":"bystander"}')).toEqual(['fail', 'ok']);
    expect(logged).toEqual([]);
  });
});
