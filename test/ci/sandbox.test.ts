import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';

/** Runs the script with programs that note how they were called, and fail for each of `failing`. */
function run(step: string | undefined, failing: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'uidpush-sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  for (const name of ['npx', 'npm', 'curl', 'jq']) {
    const program = join(folder, name);
    const cases = failing.map((call) => `*" ${call} "*) exit 7 ;;`).join(' ');
    writeFileSync(
      program,
      `#!/usr/bin/env bash\necho "$*" >>"${calls}"\n${name === 'jq' ? 'cat >/dev/null' : ''}\necho '{"report":1}'\ncase " $* " in ${cases} esac\n`,
    );
    chmodSync(program, 0o755);
  }
  const directory = join(folder, 'results');
  const { status } = spawnSync('bash', ['.ci/sandbox', ...(step === undefined ? [] : [step])], {
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      SANDBOX_DIRECTORY: directory,
      SANDBOX_CDK: '-c text=true',
      RUNNER_TEMP: folder,
      ...variables,
    },
    encoding: 'utf8',
  });
  const called = readFileSync(calls, 'utf8').trim().split('\n');
  const report = join(directory, 'conformance.json');
  return {
    status,
    steps: called.map((call) => /deploy|conformance|destroy/.exec(call)?.[0]),
    called,
    report: existsSync(report) ? readFileSync(report, 'utf8') : undefined,
  };
}

test('deploys, proves and destroys, with the settings that are wanted', () => {
  const { status, steps, called, report } = run(undefined);
  expect({ status, steps }).toEqual({ status: 0, steps: ['deploy', 'conformance', 'destroy'] });
  for (const call of [called[0], called[2]]) expect(call).toMatch(/--all .*-c text=true$/);
  expect(report).toBe('{"report":1}\n');
});

test('destroys, and fails, when the deployment fails', () => {
  expect(run('all', ['deploy'])).toMatchObject({ status: 7, steps: ['deploy', 'destroy'] });
});

test('destroys, keeps the report, and fails, when something is not as it should be', () => {
  expect(run('all', ['conformance'])).toMatchObject({
    status: 7,
    steps: ['deploy', 'conformance', 'destroy'],
    report: '{"report":1}\n',
  });
});

test('fails when something is left', () => {
  expect(run('all', ['destroy']).status).toBe(7);
});

test('in a workflow, assumes the role by a token that is made for AWS', () => {
  const { status, called } = run('deploy', [], {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example/?version=2',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    SANDBOX_ROLE_ARN: 'arn:aws:iam::123456789012:role/sandbox',
  });
  expect(status).toBe(0);
  expect(called.find((call) => call.startsWith('-sSf'))).toMatch(
    /^-sSf -H Authorization: bearer request .*&audience=sts\.amazonaws\.com$/,
  );
});

test('does one step alone, and none that it does not know', () => {
  expect(run('destroy')).toMatchObject({ status: 0, steps: ['destroy'] });
  expect(run('rest').status).toBe(2);
});

test('the workflow does the same steps, by hand alone, without a key, and destroys always', () => {
  const workflow = parse(readFileSync('.github/workflows/sandbox.yml', 'utf8'));
  const { steps } = workflow.jobs.conformance;
  const own = steps.filter(({ run: command }: { run?: string }) => command?.startsWith('.ci/sandbox'));

  expect(Object.keys(workflow.on)).toEqual(['workflow_dispatch']);
  expect(own).toEqual([
    { run: '.ci/sandbox check' },
    { run: '.ci/sandbox deploy' },
    { run: '.ci/sandbox prove' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how workflows have it.
    { run: '.ci/sandbox destroy', if: '${{ always() }}' },
  ]);
  expect(steps.at(-1)).toBe(own.at(-1));
  expect(workflow.concurrency['cancel-in-progress']).toBe(false);
});
