import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { deployedApp, deployedTemplate } from '../support/templates.ts';

/** The reservation of each function that has one, by how its logical id begins. */
function reservations(context: Record<string, string>): Record<string, number> {
  const functions = deployedTemplate(context).findResources('AWS::Lambda::Function');
  return Object.fromEntries(
    Object.entries(functions).flatMap(([id, { Properties }]) =>
      Properties.ReservedConcurrentExecutions === undefined
        ? []
        : [[id.slice(0, -8), Properties.ReservedConcurrentExecutions]],
    ),
  );
}

describe('functions that are reserved', () => {
  test('are none by default: a new account has none to reserve', () => {
    expect(reservations({})).toEqual({});
  });

  test('are those of each kind that is asked for', () => {
    const context = { pushConcurrency: '50', registerConcurrency: '100', broadcastConcurrency: '10' };
    expect(reservations({ ...context, text: 'true' })).toEqual({
      UidPushFunction: 50,
      UidPushRegister: 100,
      UidPushBroadcastWorker: 10,
    });
  });

  test('of broadcasts are no fewer than take tasks at the same time', () => {
    expect(() => deployedApp({ broadcastConcurrency: '9' })).toThrow('a whole number from 10');
  });
});

test.each([
  [{ pushAuth: 'secret' }, 1],
  [{ pushAuth: 'secret', pushConcurrency: '50' }, 0],
  [{}, 0],
])('a push URL that is public, and may take all functions, is a warning: %j', (context, warnings) => {
  const { stack } = deployedApp(context);
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('pushConcurrency'));
  expect(found).toHaveLength(warnings);
});
