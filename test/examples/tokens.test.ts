import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { identifyBySecret } from '../../lambda/identity/token.ts';
import { ValidValues } from '../../lambda/secret/valid-values.ts';
import { patience } from '../support/patience.ts';

const secret = 'a-secret-of-the-stack-that-is-long-enough-for-HS256';
const uid = 'Zoë "42" \\ 用户 🚀';
const hourMs = 3_600_000;

const identify = identifyBySecret(new ValidValues('the-secret', async () => [secret]), {}, Date.now);

describe.each([
  ['token.php', 'php'],
  ['token.py', 'python3'],
])('%s', (name, program) => {
  const canRun = spawnSync(program, ['--version']).status === 0;
  const but = canRun ? '' : ` (not run: ${program} is not installed)`;
  const run = (args: string[], environment: Record<string, string> = {}) => {
    const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', ...environment };
    const options = { env, encoding: 'utf8', timeout: patience.timeout } as const;
    const { status, stdout, stderr } = spawnSync(program, [`examples/${name}`, ...args], options);
    return { status, stdout, stderr };
  };

  test.runIf(canRun)(`prints a token that proves its uid for an hour${but}`, async () => {
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    const { status, stdout, stderr } = run([uid, secret]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const proven = await identify(stdout.trimEnd());
    expect(proven).toEqual({ uid, expiresAt: expect.any(Number) });
    const { expiresAt } = proven as { expiresAt: number };
    expect(expiresAt).toBeGreaterThanOrEqual(before + hourMs);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + hourMs);
  });

  test.runIf(canRun)(`takes the secret from TOKEN_SECRET too${but}`, async () => {
    const { stdout } = run(['u1'], { TOKEN_SECRET: secret });

    expect(await identify(stdout.trimEnd())).toMatchObject({ uid: 'u1' });
  });

  test.runIf(canRun)(`with another secret prints one that proves nothing${but}`, async () => {
    const { stdout } = run([uid, `${secret}!`]);

    expect(await identify(stdout.trimEnd())).toMatchObject({ code: 'token-signature' });
  });

  test.runIf(canRun)(`explains itself and exits with 2 without a secret${but}`, () => {
    expect(run(['u1'])).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining('usage: ') });
  });
});
