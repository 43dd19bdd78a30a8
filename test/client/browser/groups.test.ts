import { expect, test } from 'vitest';
import type { GroupState } from '../../../client/browser/options.ts';
import { hour, message, minute, pageOfAlice, Setting } from './setting.ts';

const join = (group: string) => ({ action: 'join', group });
const leave = (group: string) => ({ action: 'leave', group });
const joined = (group: string) => ({ type: 'joined', group });
const left = (group: string) => ({ type: 'left', group });
const refused = (group: string, code: string, action = 'join') => ({
  type: 'refused',
  action,
  group,
  code,
  message: 'No.',
});

/** What was sent about groups. */
function framesOf({ socket }: Setting) {
  return socket.sent.filter(({ action }) => action === 'join' || action === 'leave');
}

/** What the promise came to so far. */
function outcomeOf(promise: Promise<GroupState>): { state?: GroupState } {
  const outcome: { state?: GroupState } = {};
  void promise.then((state) => {
    outcome.state = state;
  });
  return outcome;
}

/** A page that is in `g`, on a connection that lives for 10 seconds. */
async function member(): Promise<Setting> {
  const setting = new Setting({ identity: 'claimed', credential: () => 'alice' });
  await setting.registered({ lifeMs: 10_000 });
  void setting.connection.join('g');
  setting.socket.receive(joined('g'));
  return setting;
}

test('a page joins a group, and learns that it is in when the service has said so', async () => {
  const setting = await pageOfAlice();
  const outcome = outcomeOf(setting.connection.join('g'));
  await setting.pass(0);
  expect(framesOf(setting)).toEqual([join('g')]);
  expect(outcome).toEqual({});
  setting.socket.receive(joined('g'));
  await setting.pass(0);

  expect(outcome.state).toEqual({ state: 'joined', group: 'g' });
  expect(setting.groups).toEqual([{ state: 'joined', group: 'g' }]);
});

test('to join what it is in costs nothing', async () => {
  const setting = await member();

  expect(await setting.connection.join('g')).toEqual({ state: 'joined', group: 'g' });
  expect(framesOf(setting)).toHaveLength(1);
  expect(setting.groups).toHaveLength(1);
});

test('what is asked for before the connection is there is joined when it is registered', async () => {
  const setting = new Setting();
  const outcome = outcomeOf(setting.connection.join('g'));
  await setting.opened();
  expect(framesOf(setting)).toEqual([]);
  setting.register();
  expect(framesOf(setting)).toEqual([join('g')]);
  setting.socket.receive(joined('g'));
  await setting.pass(0);

  expect(outcome.state?.state).toBe('joined');
});

test('a page leaves a group', async () => {
  const setting = await member();
  const outcome = outcomeOf(setting.connection.leave('g'));
  setting.socket.receive(left('g'));
  await setting.pass(0);

  expect(framesOf(setting)).toEqual([join('g'), leave('g')]);
  expect(outcome.state).toEqual({ state: 'left', group: 'g' });
  expect(setting.groups.at(-1)).toEqual({ state: 'left', group: 'g' });
});

test('without a connection a page is in no group, so it has left at once', async () => {
  const setting = new Setting();
  const joining = outcomeOf(setting.connection.join('g'));

  expect(await setting.connection.leave('g')).toEqual({ state: 'left', group: 'g' });
  expect(joining.state).toEqual({ state: 'left', group: 'g' });
  await setting.registered();
  expect(framesOf(setting)).toEqual([]);
});

test('one frame of a group is under way at a time: leave, before it has joined, waits for the answer', async () => {
  const setting = await pageOfAlice();
  const outcomes = [
    outcomeOf(setting.connection.join('g')),
    outcomeOf(setting.connection.leave('g')),
    outcomeOf(setting.connection.leave('g')),
  ];
  expect(framesOf(setting)).toEqual([join('g')]);
  setting.socket.receive(joined('g'));
  expect(framesOf(setting)).toEqual([join('g'), leave('g')]);
  setting.socket.receive(left('g'));
  await setting.pass(0);

  expect(outcomes.map(({ state }) => state?.state)).toEqual(['left', 'left', 'left']);
  expect(setting.groups).toEqual([{ state: 'left', group: 'g' }]);
});

test('who leaves and joins again while that is under way is in in the end', async () => {
  const setting = await member();
  const outcomes = [setting.connection.leave('g'), setting.connection.join('g')].map(outcomeOf);
  setting.socket.receive(left('g'));
  setting.socket.receive(joined('g'));
  await setting.pass(0);

  expect(framesOf(setting)).toEqual([join('g'), leave('g'), join('g')]);
  expect(outcomes.map(({ state }) => state?.state)).toEqual(['joined', 'joined']);
});

test.each([
  ['join', 'leave', 'left', []],
  ['leave', 'join', 'joined', ['join']],
] as const)(
  'a %s that is refused after all, when the page wants the opposite, is no matter',
  async (first, then, state, more) => {
    const setting = await pageOfAlice();
    const outcomes = [setting.connection[first]('g'), setting.connection[then]('g')].map(outcomeOf);
    setting.socket.receive(refused('g', 'no', first));
    expect(framesOf(setting).slice(1)).toEqual(more.map((action) => ({ action, group: 'g' })));
    for (const _ of more) setting.socket.receive(joined('g'));
    await setting.pass(0);

    expect(outcomes.map((outcome) => outcome.state?.state)).toEqual([state, state]);
    expect(setting.groups.map((told) => told.state)).toEqual([state]);
  },
);

test('on the next connection it joins again, and is told: what was pushed in between was missed', async () => {
  const setting = await member();
  setting.socket.drop();
  await setting.pass(1_000);
  await setting.registered();
  expect(framesOf(setting)).toEqual([join('g')]);
  setting.socket.receive(joined('g'));

  expect(setting.groups).toEqual([
    { state: 'joined', group: 'g' },
    { state: 'joined', group: 'g' },
  ]);
});

test('a replacement in time joins, too, and the page is told nothing', async () => {
  const setting = await member();
  await setting.pass(9_375);
  await setting.registered({ lifeMs: 2 * hour });
  expect(framesOf(setting)).toEqual([join('g')]);
  setting.socket.receive(joined('g'));
  await setting.pass(minute);

  expect(setting.groups).toHaveLength(1);
  expect(framesOf(setting)).toHaveLength(1);
});

test('a replacement that joins after the old connection has gone has missed pushes, and the page is told', async () => {
  const setting = await member();
  await setting.pass(9_375);
  await setting.registered({ lifeMs: 2 * hour });
  await setting.pass(5_000);
  setting.socket.receive(joined('g'));

  expect(setting.groups).toHaveLength(2);
});

test('who leaves while a replaced connection lingers leaves on both', async () => {
  const setting = await member();
  await setting.pass(9_375);
  await setting.registered({ lifeMs: 10_000 });
  setting.socket.receive(joined('g'));
  const [old] = setting.sockets;
  const outcome = outcomeOf(setting.connection.leave('g'));
  setting.socket.receive(left('g'));
  await setting.pass(0);
  expect(old!.sent.at(-1)).toEqual(leave('g'));
  expect(outcome).toEqual({});
  old!.receive(left('g'));
  await setting.pass(0);

  expect(outcome.state?.state).toBe('left');
});

test('a page that has lost its registration joins again when it has registered on the same socket', async () => {
  const setting = await member();
  void setting.connection.join('h');
  setting.socket.receive(refused('h', 'not-registered'));
  await setting.pass(1_000);
  expect(setting.socket.sent.at(-1)).toMatchObject({ action: 'register', again: true });
  setting.register();

  expect(setting.sockets).toHaveLength(1);
  expect(framesOf(setting).slice(2)).toEqual([join('g'), join('h')]);
});

test('a refusal is told once, and not asked for again', async () => {
  const setting = await pageOfAlice();
  const outcome = outcomeOf(setting.connection.join('g'));
  setting.socket.receive(refused('g', 'group-not-in-token'));
  await setting.pass(0);
  const state = { state: 'refused', group: 'g', code: 'group-not-in-token', message: 'No.' };
  expect(outcome.state).toEqual(state);
  expect(setting.groups).toEqual([state]);
  setting.socket.drop();
  await setting.pass(1_000);
  await setting.registered();
  await setting.pass(minute);

  expect(framesOf(setting)).toEqual([]);
  expect(setting.groups).toHaveLength(1);
});

test('a refusal of what was joined before, on the next connection, is told', async () => {
  const setting = await member();
  setting.socket.drop();
  await setting.pass(1_000);
  await setting.registered();
  setting.socket.receive(refused('g', 'no-groups-claim'));

  expect(setting.groups.map(({ state }) => state)).toEqual(['joined', 'refused']);
});

test('who may not be in any more by a fresh token is told so', async () => {
  const setting = await member();
  setting.socket.receive(left('g'));
  expect(setting.groups.at(-1)).toMatchObject({ state: 'refused', group: 'g', code: 'group-not-in-token' });
  setting.socket.drop();
  await setting.pass(1_000);
  await setting.registered();

  expect(framesOf(setting)).toEqual([]);
});

test('who is in by a backend is told that it can’t leave', async () => {
  const setting = await pageOfAlice();
  const outcome = outcomeOf(setting.connection.leave('g'));
  setting.socket.receive(refused('g', 'added-by-backend', 'leave'));
  await setting.pass(0);

  expect(outcome.state).toMatchObject({ state: 'refused', code: 'added-by-backend' });
});

test('what has no answer, or none but “unavailable”, is sent three times on a connection, and then on the next', async () => {
  const setting = await pageOfAlice();
  const outcome = outcomeOf(setting.connection.join('g'));
  setting.socket.receive(refused('g', 'unavailable'));
  await setting.pass(14_000);
  expect(framesOf(setting)).toHaveLength(1);
  await setting.pass(2 * minute);
  expect(framesOf(setting)).toHaveLength(3);
  expect(outcome.state).toEqual({ state: 'waiting', group: 'g' });
  expect(setting.groups).toEqual([]);
  setting.socket.drop();
  await setting.pass(1_000);
  await setting.registered();
  setting.socket.receive(joined('g'));

  expect(framesOf(setting)).toHaveLength(1);
  expect(setting.groups).toEqual([{ state: 'joined', group: 'g' }]);
});

test('a promise waits for 30 seconds at most', async () => {
  const setting = new Setting({ credential: () => new Promise<string>(() => {}) });
  const outcome = outcomeOf(setting.connection.join('g'));
  await setting.pass(29_900);
  expect(outcome).toEqual({});
  await setting.pass(100);

  expect(outcome.state).toEqual({ state: 'waiting', group: 'g' });
});

test('a late answer to a join that was given up is answered by leaving', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(joined('unknown'));

  expect(framesOf(setting)).toEqual([leave('unknown')]);
});

test('a page joins no more than 16 groups, and asks for none beyond them', async () => {
  const setting = await pageOfAlice();
  for (let index = 0; index < 16; index++) void setting.connection.join(`${index}`);

  expect(await setting.connection.join('one more')).toMatchObject({
    state: 'refused',
    code: 'too-many-groups',
  });
  expect(framesOf(setting)).toHaveLength(16);
});

test('close ends all: what is asked comes to nothing, no handler is called and no timer is left', async () => {
  const setting = await member();
  const outcomes = [setting.connection.join('h'), setting.connection.leave('g')].map(outcomeOf);
  setting.connection.close();
  outcomes.push(outcomeOf(setting.connection.join('i')));
  await setting.pass(0);

  expect(outcomes.map(({ state }) => state?.state)).toEqual(['left', 'left', 'left']);
  expect(setting.groups).toHaveLength(1);
  expect(setting.clock.pending).toBe(0);
});

test('a handler that throws is reported, and changes nothing', async () => {
  const setting = await pageOfAlice();
  const error = new Error('of the page');
  setting.connection.ongroup = () => {
    throw error;
  };
  const outcome = outcomeOf(setting.connection.join('g'));
  setting.socket.receive(joined('g'));
  setting.socket.receive(message('1'));
  await setting.pass(0);

  expect(setting.reported).toEqual([error]);
  expect(outcome.state?.state).toBe('joined');
  expect(setting.texts).toHaveLength(1);
});

test.each([
  ['', 'an empty group'],
  ['x'.repeat(257), 'over 256 bytes'],
  ['\ud800', 'lone surrogate'],
  [7, 'no text'],
])('what can’t be a group is a mistake: %s', async (name, problem) => {
  const { connection } = await pageOfAlice();

  expect(() => connection.join(name as string)).toThrow(TypeError);
  expect(() => connection.leave(name as string)).toThrow(problem);
});
