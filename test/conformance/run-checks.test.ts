import { describe, expect, test } from 'vitest';
import type { Check, CheckResult } from './check.ts';
import { clientOf, type Deployment, pushAuthOf } from './deployment.ts';
import { Mismatch } from './mismatch.ts';
import { reportOf } from './report.ts';
import { runChecks } from './run-checks.ts';
import { Visit } from './visit.ts';

const pushUrl = 'http://127.0.0.1:9/';
const deployment: Deployment = {
  webSocketUrl: 'ws://127.0.0.1:9',
  apiWebSocketUrl: undefined,
  needsCloudFront: false,
  connectTo: undefined,
  pushUrl,
  pushAuth: 'open',
  authorisation: {},
  client: clientOf({ pushUrl }, {}),
  identity: { kind: 'claimed' },
  sessions: 'many',
  hasRevocation: false,
  groups: 'none',
  watch: 'none',
  origin: undefined,
  text: { unavailable: 'none' },
  mayBroadcast: false,
};

function run(...checks: Check[]): Promise<CheckResult[]> {
  let time = 0;
  return runChecks([{ name: 'group', checks }], deployment, {
    visit: () => new Visit(deployment),
    now: () => {
      time += 5;
      return time;
    },
    onResult: () => {},
  });
}

const passing: Check = { name: 'passing', expected: 'this', run: async () => {} };

describe('running checks', () => {
  test('a check that fails says what was found, and the next one is run', async () => {
    const failing: Check = {
      ...passing,
      name: 'failing',
      run: async () => {
        throw new Mismatch('found\n  that');
      },
    };
    expect(await run(failing, passing)).toEqual([
      {
        group: 'group',
        check: 'failing',
        expected: 'this',
        result: 'failed',
        reason: 'found that',
        milliseconds: 5,
      },
      { group: 'group', check: 'passing', expected: 'this', result: 'passed', milliseconds: 5 },
    ]);
  });

  test('a check that says nothing about the deployment is skipped, with the reason', async () => {
    const skipped: Check = {
      ...passing,
      skipReason: ({ sessions }) => `sessions=${sessions}`,
      run: () => Promise.reject(new Error('it was run')),
    };
    expect(await run(skipped)).toMatchObject([{ result: 'skipped', reason: 'sessions=many' }]);
  });

  test('a check that never ends fails when its time is up', async () => {
    const endless: Check = { ...passing, limitMs: 1, run: () => new Promise(() => {}) };
    expect(await run(endless, passing)).toMatchObject([
      { result: 'failed', reason: 'the whole check: nothing within 0.001 s' },
      { result: 'passed' },
    ]);
  });
});

test('the report is a table whose cells are not broken by what was found', () => {
  const result: CheckResult = {
    group: 'push',
    check: 'to nobody',
    expected: 'none',
    result: 'failed',
    reason: 'found a|b',
    milliseconds: 7,
  };
  expect(reportOf([result])).toBe(`\
| check           | expected | result             | ms |
| :-------------- | :------- | :----------------- | -: |
| push: to nobody | none     | failed: found a\\|b |  7 |

0 passed, 1 failed, 0 skipped
`);
});

test.each([
  ['https://abc.lambda-url.eu-central-1.on.aws/', {}, 'iam'],
  ['https://abc.lambda-url.eu-central-1.on.aws/', { secret: 's' }, 'secret'],
  ['https://push.example/', { region: 'eu-central-1' }, 'iam'],
  ['http://127.0.0.1:8080/', {}, 'open'],
  ['http://127.0.0.1:8080/', { region: 'eu-central-1' }, 'open'],
])('callers of %s with %j are checked by %s', (url, authorisation, expected) => {
  expect(pushAuthOf(url, authorisation)).toBe(expected);
});
