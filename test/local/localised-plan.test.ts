import { expect, test } from 'vitest';
import { localisedPlan } from '../../local/localised-plan.ts';
import { planOf } from '../../local/template/plan.ts';
import { assemblyOf, someResources } from './template/a-template.ts';

const plan = planOf(assemblyOf(someResources()));
const host = String(plan.webSocketApis[0]?.host);
const url = String(plan.functionUrls[0]?.url);

test('addresses on AWS become addresses on this machine, in variables and outputs', () => {
  const { functions, outputs } = localisedPlan(plan, [
    [`https://${host}`, 'http://127.0.0.1:1234'],
    [url, 'http://127.0.0.1:8080/'],
  ]);
  expect(functions[0]?.environment).toEqual({
    TABLE_NAME: plan.tables[0]?.name,
    CONNECTIONS_URL: 'http://127.0.0.1:1234/live',
  });
  expect(outputs.get('PushUrl')).toBe('http://127.0.0.1:8080/');
});

test('so they do in the variables of tasks', () => {
  const task = { command: ['node'], secrets: {}, stopTimeoutMs: 1, endpoint: 'balancer:5678' };
  const withTask = { ...plan, tasks: [{ ...task, environment: { PUSH_URL: url } }] };
  const { tasks } = localisedPlan(withTask, [[url, 'http://127.0.0.1:8080/']]);
  expect(tasks).toEqual([{ ...task, environment: { PUSH_URL: 'http://127.0.0.1:8080/' } }]);
});

test('what follows an address stays, and so does an address with another scheme', () => {
  const wrong = planOf(assemblyOf(someResources()));
  const [push] = wrong.functions;
  Object.assign(push!.environment, {
    WRONG_STAGE: `https://${host}/test`,
    WRONG_SCHEME: `wss://${host}/live`,
  });
  const { functions } = localisedPlan(wrong, [[`https://${host}`, 'http://127.0.0.1:1234']]);
  expect(functions[0]?.environment).toMatchObject({
    WRONG_STAGE: 'http://127.0.0.1:1234/test',
    WRONG_SCHEME: `wss://${host}/live`,
  });
});
