import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { MAX_MESSAGE_BYTES, MAX_TTL_SECONDS, MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import { PushUrl } from '../client/backend/push-url.ts';
import { patience, runStack } from '../e2e/running-stack.ts';
import { butNoTerminals, hasTerminals, startUidpush, uidpush, uidpushOnTerminal } from './uidpush.ts';

const stack = runStack();

function run(...args: string[]) {
  return uidpush(args, { UIDPUSH_PUSH_URL: stack.stack.outputs.PushUrl });
}

describe('uidpush push', () => {
  it('sends the message to the uid, and ends with 0 when somebody got it', async () => {
    const browser = await stack.browser('pushed');
    expect(await run('push', 'pushed', '{"id":9007199254740993}')).toEqual({
      exitCode: 0,
      output: '{"uid":"pushed","delivered":1,"gone":0,"failed":0}\n',
      notes: '',
    });
    expect(await browser.next()).toBe('{"uid":"pushed","id":9007199254740993}');
  });

  it('ends with 1 when nobody got it', async () => {
    expect(await run('push', 'nobody', '{}')).toEqual({
      exitCode: 1,
      output: '{"uid":"nobody","delivered":0,"gone":0,"failed":0}\n',
      notes: '',
    });
  });

  it('is done once with --idempotency-key, and ends with 2 for a key that can’t be sent', async () => {
    const push = () => run('push', 'once', '{}', '--ttl', '600', '--idempotency-key', 'k1');
    expect(await push()).toEqual(await push());
    expect(await stack.request('GET', 'uids/once/messages/2')).toMatchObject({ status: 404 });

    expect(await run('push', 'once', '{}', '--idempotency-key', 'k 1')).toMatchObject({ exitCode: 2 });
  });

  it('stores the message with --ttl, and ends with 0 though nobody got it yet', async () => {
    const { exitCode, output } = await run('push', 'stored', '{}', '--ttl', '600');
    expect({ exitCode, ...JSON.parse(output) }).toMatchObject({ exitCode: 0, stored: true, seq: 1 });
    expect(await stack.json('GET', 'uids/stored/messages/1')).toMatchObject({ state: 'stored' });
  });

  it.each([
    ['the longest time of any stack', MAX_TTL_SECONDS, 0],
    ['a longer one', MAX_TTL_SECONDS + 1, 2],
  ])('with %s (%i s) ends with %i', async (_, seconds, exitCode) => {
    expect(await run('push', 'long', '{}', '--ttl', String(seconds))).toMatchObject({ exitCode });
  });

  it('ends with 2, and sends nothing, when the message can not be sent', async () => {
    expect(await run('push', 'u1', '[1]')).toEqual({
      exitCode: 2,
      output: '',
      notes: 'uidpush: the message is an array, not a JSON object.\n',
    });
  });

  it('ends with 3 and the address when nothing answers', async () => {
    const url = await nobodysUrl();
    const { exitCode, notes } = await uidpush(['push', 'u1', '{}'], { UIDPUSH_PUSH_URL: url });

    expect(exitCode).toBe(3);
    expect(notes).toContain(url);
  });
});

describe('uidpush broadcast', () => {
  it('is one broadcast with --idempotency-key', async () => {
    const broadcast = () => run('broadcast', 'Once!', '--wait', '0', '--idempotency-key', 'k1');
    const first = await broadcast();

    expect(first).toMatchObject({ exitCode: 0 });
    expect(await broadcast()).toEqual(first);
  });

  it('waits until the broadcast is finished, without a progress bar where nobody watches', async () => {
    const browser = await stack.browser('listener');
    const { exitCode, output, notes } = await run('broadcast', 'Hello!');

    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: '' });
    expect(JSON.parse(output)).toMatchObject({ state: 'finished', gone: 0, failed: 0 });
    expect(await browser.next()).toBe('Hello!');
  });

  it('with --wait 0 prints the id at once', async () => {
    const { exitCode, output } = await run('broadcast', 'Hello!', '--wait', '0');
    const { broadcast } = JSON.parse(output);

    expect(exitCode).toBe(0);
    expect(await stack.json('GET', `broadcasts/${broadcast}`)).toMatchObject({ broadcast });
  });

  it('stop ends with 0, with 1 when it was too late, and then the one that waits ends with 3', async () => {
    await stack.browser('held');
    stack.faults.post = () => ({ kind: 'hang' });
    const wrong = ['broadcast', 'Wrong!', '--idempotency-key', 'wrong'];
    const { broadcast: id } = JSON.parse((await run(...wrong, '--wait', '0')).output);
    const waiting = run(...wrong);
    expect(await run('broadcast', 'stop', id)).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('"state":"stopped"'),
    });
    delete stack.faults.post;
    expect(await waiting).toMatchObject({ exitCode: 3, output: expect.stringContaining('"stopped"') });

    const { broadcast: finished } = JSON.parse((await run('broadcast', 'Hello!')).output);
    expect(await run('broadcast', 'stop', finished)).toMatchObject({ exitCode: 1 });
    expect(await run('broadcast', 'stop', 'none')).toMatchObject({ exitCode: 3 });
  });

  it('ends with 1 when there was nobody', async () => {
    await expect.poll(() => stack.json('GET', 'uids'), patience).toEqual({ uids: [] });
    expect(await run('broadcast', 'Hello!')).toMatchObject({ exitCode: 1 });
  });

  it('ends with 3 when it is not finished in time', async () => {
    await stack.browser('slow');
    stack.faults.post = () => ({ kind: 'hang' });
    onTestFinished(() => {
      delete stack.faults.post;
    });
    expect(await run('broadcast', 'Hello!', '--wait', '1')).toMatchObject({
      exitCode: 3,
      output: '',
      notes: expect.stringMatching(/^uidpush: Broadcast \S+ is still running after 1 s\.\n$/),
    });
  });

  it.runIf(hasTerminals)(`shows a progress bar on a terminal${butNoTerminals}`, async () => {
    await stack.browser('watched');
    const { exitCode, output, terminal } = await uidpushOnTerminal(['broadcast', 'Hello!'], {
      UIDPUSH_PUSH_URL: stack.stack.outputs.PushUrl,
    });

    expect(exitCode).toBe(0);
    const { broadcast, delivered } = JSON.parse(output);
    expect(delivered).toBeGreaterThan(0);
    expect(terminal).toContain(`Broadcast ${broadcast}`);
    expect(terminal).toContain(`100% of ${delivered} connections, 0 gone, 0 failed`);
  });
});

describe('a message from standard input', () => {
  const start = '{"uid":"input","x":"';
  const largest = `${start}${'x'.repeat(MAX_MESSAGE_BYTES - start.length - 2)}"}`;
  const runWith = (input: string | Uint8Array, ...args: string[]) => {
    const command = startUidpush(args, { UIDPUSH_PUSH_URL: stack.stack.outputs.PushUrl });
    command.child.stdin.on('error', () => {});
    command.child.stdin.end(input);
    return command.ended;
  };

  it('is pushed byte for byte, up to the largest', async () => {
    const browser = await stack.browser('input');
    for (const text of [' {"uid":"input", "n":1.0}\n', largest]) {
      expect(await runWith(text, 'push', 'input', '-')).toMatchObject({ exitCode: 0 });
      expect(await browser.next()).toBe(text);
    }
  });

  it('is broadcast byte for byte', async () => {
    const browser = await stack.browser('input');
    expect(await runWith('\ufeffHello!\n', 'broadcast', '-')).toMatchObject({ exitCode: 0 });
    expect(await browser.next()).toBe('\ufeffHello!\n');
  });

  it.each([
    ['longer than a message may be', `${largest} `],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['empty', ''],
  ])('that is %s ends with 2', async (_, input) => {
    expect(await runWith(input, 'push', 'input', '-')).toMatchObject({ exitCode: 2, output: '' });
  });
});

describe('uidpush online', () => {
  it('tells of a uid whether it is, and by which connections', async () => {
    await stack.browser('a/b');
    const { exitCode, output } = await run('online', 'a/b');

    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ uid: 'a/b', online: true, connections: [{}] });
    expect(await run('online', 'nobody')).toMatchObject({
      exitCode: 1,
      output: '{"uid":"nobody","online":false,"connections":[]}\n',
    });
  });

  it('prints a line for each uid, of all pages', async () => {
    const uids = Array.from({ length: MAX_UIDS_PER_PAGE + 1 }, (_, index) => `crowd ${index}`);
    await Promise.all(uids.map(register));
    const { exitCode, output } = await run('online');

    expect(exitCode).toBe(0);
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const found = lines.filter(({ uid }) => uid.startsWith('crowd '));
    expect(found.map(({ uid }) => uid).sort()).toEqual(uids.sort());
  });
});

describe('uidpush kick', () => {
  it('closes the connections of a uid, but for the one to keep', async () => {
    const browsers = [await stack.browser('kicked'), await stack.browser('kicked')];
    const { connections } = JSON.parse((await run('online', 'kicked')).output);
    const kept = connections[0].id;

    expect(await run('kick', 'kicked', '--except', kept)).toMatchObject({
      exitCode: 0,
      output: '{"uid":"kicked","closed":1,"gone":0,"failed":0,"excluded":1}\n',
    });
    await Promise.race(browsers.map(({ closed }) => closed));
    expect(await stack.json('GET', 'uids/kicked')).toMatchObject({ connections: [{ id: kept }] });
  });

  it('ends with 3 when a connection may still be open', async () => {
    // The local gateway never fails to close a connection.
    const pushUrl = await PushUrl.start();
    onTestFinished(() => pushUrl.stop());
    const result = '{"uid":"u1","closed":0,"gone":0,"failed":1}';
    pushUrl.answerJson(result);
    expect(await uidpush(['kick', 'u1'], { UIDPUSH_PUSH_URL: pushUrl.url })).toMatchObject({
      exitCode: 3,
      output: `${result}\n`,
    });
  });

  it('closes one connection by its id, whoever it is', async () => {
    const browser = await stack.browser('kicked by id');
    const { connections } = JSON.parse((await run('online', 'kicked by id')).output);
    const [{ id }] = connections;

    expect(await run('kick', '--connection', id)).toMatchObject({
      exitCode: 0,
      output: `{"connection":"${id}","uid":"kicked by id","closed":1,"gone":0,"failed":0}\n`,
    });
    await browser.closed;
    expect(await run('kick', '--connection', id)).toMatchObject({ exitCode: 1 });
    expect(await run('kick', '--connection', 'L0SM9cOFvHcCIhw=')).toMatchObject({ exitCode: 3 });
  });

  it.each(['kick', 'kick u1 --connection a', 'kick --connection a --revoke', 'kick --revoke'])(
    'refuses %s, which is not clear',
    async (command) => {
      expect(await run(...command.split(' '))).toMatchObject({ exitCode: 2, output: '' });
    },
  );

  it('ends with 1 when there is nobody', async () => {
    expect(await run('kick', 'nobody')).toMatchObject({ exitCode: 1 });
  });
});

describe('the deployment', () => {
  it.each([
    ['of cdk deploy', (outputs: object) => ({ Uidpush: { ...outputs, Other: 'x' } })],
    ['of the local stack', (outputs: object) => outputs],
  ])('can come from the outputs %s', async (_, wrap) => {
    const folder = await mkdtemp(join(tmpdir(), 'outputs-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'outputs.json');
    await writeFile(file, JSON.stringify(wrap(stack.stack.outputs)));
    expect(await uidpush(['--outputs', file, 'push', 'nobody', '{}'])).toMatchObject({
      exitCode: 1,
      notes: '',
    });
  });

  it('can not come from a file that does not tell it', async () => {
    expect(await run('--outputs', 'package.json', 'online')).toMatchObject({
      exitCode: 2,
      notes: 'uidpush: package.json: it has no PushUrl and WebSocketUrl of a stack.\n',
    });
  });
});

describe('the command line', () => {
  it('explains itself with exit codes and examples', async () => {
    const { exitCode, output } = await run('--help');

    expect(exitCode).toBe(0);
    expect(output).toContain('Exit codes:');
    for (const command of ['push', 'broadcast', 'online', 'kick', 'listen'])
      expect(output).toContain(`  ${command} `);
  });

  it('says its version', async () => {
    expect(await run('--version')).toEqual({ exitCode: 0, output: `${packageJson.version}\n`, notes: '' });
  });

  it.each(['push nobody {}', 'online nobody', 'kick nobody'])(
    'takes --json for what it does anyway: %s',
    async (line) => {
      const args = line.split(' ');
      expect(await run(...args, '--json')).toEqual(await run(...args));
    },
  );

  it.each([
    [['nonsense']],
    [['push', 'u1']],
    [['listen', 'u1', '--count', '0']],
    [['listen', '']],
    [['online', '..']],
  ])('ends with 2 for %j', async (args) => {
    const { exitCode, output, notes } = await run(...args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(notes).not.toBe('');
  });
});

/** The row that a registration leaves, without its socket. */
async function register(uid: string): Promise<void> {
  const connectionId = `of ${uid}`;
  const now = Date.now();
  onTestFinished(() => stack.table.removeConnection(uid, connectionId));
  const expiresAt = Math.ceil(now / 1_000) + 7_200;
  await stack.table.addConnection(uid, { connectionId, registeredAt: now, expiresAt, isFramed: false });
}

/** An address where nothing listens. */
async function nobodysUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  return `http://127.0.0.1:${(address as { port: number }).port}/`;
}
