import { describe, expect, test } from 'vitest';
import { type PushPorts, pushMessages } from '../../lambda/push/push-messages.ts';

type Outcome = 'delivered' | 'gone' | 'failed';

/** A world with these connections, in which posts end as told, else delivered. Notes what was posted and forgotten. */
function world(
  connections: Record<string, string[]>,
  outcomeOf: (id: string, text: string) => Outcome = () => 'delivered',
) {
  const posted: Record<string, string[]> = {};
  const forgotten: string[] = [];
  const ports: PushPorts = {
    connectionsOf: async (uid) =>
      (connections[uid] ?? []).map((connectionId) => ({
        connectionId,
        registeredAt: 0,
        expiresAt: 0,
        isFramed: connectionId.startsWith('framed'),
      })),
    post: async (connectionId, text) => {
      posted[connectionId] ??= [];
      posted[connectionId].push(text);
      return outcomeOf(connectionId, text);
    },
    forget: async (uid, connectionId) => {
      forgotten.push(`${uid} ${connectionId}`);
    },
  };
  return { ports, posted, forgotten };
}

function messages(...list: [uid: string, text: string][]) {
  return list.map(([uid, text]) => ({ uid, text }));
}

describe('pushing', () => {
  test('reaches every connection of the uid, and no other', async () => {
    const { ports, posted } = world({ u1: ['a', 'b'], u2: ['c'] });

    expect(await pushMessages(messages(['u1', 'hi']), ports)).toEqual([
      { uid: 'u1', delivered: 2, gone: 0, failed: 0 },
    ]);
    expect(posted).toEqual({ a: ['hi'], b: ['hi'] });
  });

  test('to a uid without connections delivers nothing and says so', async () => {
    const { ports } = world({});

    expect(await pushMessages(messages(['u1', 'hi']), ports)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 0 },
    ]);
  });

  test('counts each connection under what became of its post', async () => {
    const outcomes: Record<string, Outcome> = { a: 'delivered', b: 'gone', c: 'failed', d: 'delivered' };
    const { ports } = world({ u1: ['a', 'b', 'c', 'd'] }, (id) => outcomes[id]!);

    expect(await pushMessages(messages(['u1', 'hi']), ports)).toEqual([
      { uid: 'u1', delivered: 2, gone: 1, failed: 1 },
    ]);
  });

  test('forgets exactly the connections that are gone', async () => {
    const outcomes: Record<string, Outcome> = { a: 'gone', b: 'failed', c: 'delivered' };
    const { ports, forgotten } = world({ u1: ['a', 'b', 'c'] }, (id) => outcomes[id]!);

    await pushMessages(messages(['u1', 'hi']), ports);

    expect(forgotten).toEqual(['u1 a']);
  });

  test('answers in the order of the messages, whatever their uids', async () => {
    const { ports } = world({ u1: ['a'], u3: ['b', 'c'] });
    const results = await pushMessages(messages(['u1', '1'], ['u2', '2'], ['u3', '3'], ['u1', '4']), ports);

    expect(results).toEqual([
      { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
      { uid: 'u2', delivered: 0, gone: 0, failed: 0 },
      { uid: 'u3', delivered: 2, gone: 0, failed: 0 },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
    ]);
  });
});

describe('framed connections', () => {
  test('are told the message in a frame, verbatim, with an id that is the same on all of them', async () => {
    const { ports, posted } = world({ u1: ['framed1', 'framed2', 'plain'] });
    await pushMessages(messages(['u1', '{"uid":"u1", "n":1.0}']), ports);

    const { id } = JSON.parse(posted.framed1![0]!);
    expect(posted).toEqual({
      framed1: [`{"type":"message","id":"${id}","data":{"uid":"u1", "n":1.0}}`],
      framed2: posted.framed1,
      plain: ['{"uid":"u1", "n":1.0}'],
    });
  });

  test('are told each message with an id of its own', async () => {
    const { ports, posted } = world({ u1: ['framed'] });
    await pushMessages(messages(['u1', '{}'], ['u1', '{}']), ports);

    expect(new Set(posted.framed!.map((frame) => JSON.parse(frame).id)).size).toBe(2);
  });

  test('count a message of several parts once, by what became of all of them', async () => {
    let posts = 0;
    const { ports } = world({ u1: ['framed'] }, () => (posts++ === 1 ? 'failed' : 'delivered'));
    const large = `{"uid":"u1","x":"${'x'.repeat(131_000)}"}`;

    expect(await pushMessages(messages(['u1', large]), ports)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 1 },
    ]);
  });
});

describe('many messages to one uid', () => {
  test('reach each connection in their order, each after the one before was taken', async () => {
    const { ports } = world({ u1: ['a', 'b'] });
    const log: string[] = [];
    ports.post = async (connectionId, text) => {
      log.push(`${connectionId} starts ${text}`);
      await new Promise(setImmediate);
      log.push(`${connectionId} ends ${text}`);
      return 'delivered';
    };

    await pushMessages(messages(['u1', '1'], ['u1', '2'], ['u1', '3']), ports);

    const ofA = log.filter((line) => line.startsWith('a'));
    expect(ofA).toEqual(['a starts 1', 'a ends 1', 'a starts 2', 'a ends 2', 'a starts 3', 'a ends 3']);
  });

  test('don’t wait for a slow connection to reach the others', async () => {
    const { ports, posted } = world({ u1: ['slow', 'quick'] });
    const post = ports.post;
    let release = () => {};
    const quickHasAll = new Promise<void>((resolve) => {
      release = resolve;
    });
    ports.post = async (connectionId, text) => {
      if (connectionId === 'slow') await quickHasAll;
      const outcome = await post(connectionId, text);
      if (connectionId === 'quick' && text === '2') release();
      return outcome;
    };

    await pushMessages(messages(['u1', '1'], ['u1', '2']), ports);

    expect(posted).toEqual({ quick: ['1', '2'], slow: ['1', '2'] });
  });

  test('mention a gone connection once: with the message that found it gone', async () => {
    const { ports, posted, forgotten } = world({ u1: ['a', 'b'] }, (id) =>
      id === 'a' ? 'gone' : 'delivered',
    );

    expect(await pushMessages(messages(['u1', '1'], ['u1', '2']), ports)).toEqual([
      { uid: 'u1', delivered: 1, gone: 1, failed: 0 },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
    ]);
    expect(posted.a).toEqual(['1']);
    expect(forgotten).toEqual(['u1 a']);
  });

  test('go on after one that failed', async () => {
    const { ports } = world({ u1: ['a'] }, (_id, text) => (text === '1' ? 'failed' : 'delivered'));

    expect(await pushMessages(messages(['u1', '1'], ['u1', '2']), ports)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 1 },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
    ]);
  });

  test('look the uid up once', async () => {
    const { ports } = world({ u1: ['a'] });
    const connectionsOf = ports.connectionsOf;
    let lookups = 0;
    ports.connectionsOf = (uid) => {
      lookups += 1;
      return connectionsOf(uid);
    };

    await pushMessages(messages(['u1', '1'], ['u1', '2'], ['u1', '3']), ports);

    expect(lookups).toBe(1);
  });
});

describe('when the table fails', () => {
  test('while a uid is looked up, its messages are answered unavailable and the other uids get theirs', async () => {
    const { ports } = world({ u2: ['b'] });
    const connectionsOf = ports.connectionsOf;
    ports.connectionsOf = async (uid) => {
      if (uid === 'u1') throw new Error('no table');
      return connectionsOf(uid);
    };

    const results = await pushMessages(messages(['u1', '1'], ['u2', '2']), ports);

    expect(results).toEqual([
      expect.objectContaining({ code: 'unavailable' }),
      { uid: 'u2', delivered: 1, gone: 0, failed: 0 },
    ]);
  });
});

describe('pushing what is to be stored', () => {
  /** Stores as many messages as `room` has, with numbers from 7 on; the log doesn't say whether `unconfirmed` more are there. */
  function storing(
    connections: Record<string, string[]>,
    room = 10,
    outcomeOf?: () => Outcome,
    unconfirmed = 0,
  ) {
    const steps: string[] = [];
    const { ports, posted } = world(connections, outcomeOf);
    const keep: PushPorts = {
      ...ports,
      connectionsOf: (uid) => {
        steps.push('look up');
        return ports.connectionsOf(uid);
      },
      keep: {
        store: async (_, drafts) => {
          steps.push(`store ${drafts.length}`);
          const stored = drafts.slice(0, room).map((_draft, index) => ({ seq: index + 7, keptUntil: 1 }));
          return { stored, unconfirmed, ...(stored.length < drafts.length && { error: new Error('away') }) };
        },
        noteDelivered: async (_, { seq }) => {
          steps.push(`note ${seq}`);
        },
      },
    };
    return { ports: keep, posted, steps };
  }

  test('stores the messages of a uid before it looks the connections up, and tells their numbers', async () => {
    const { ports, posted, steps } = storing({ u1: ['framed'] });

    expect(await pushMessages(messages(['u1', '{}'], ['u1', '{}']), ports, () => 'm')).toEqual([
      { uid: 'u1', delivered: 1, gone: 0, failed: 0, seq: 7, stored: true },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0, seq: 8, stored: true },
    ]);
    expect(steps).toEqual(['store 2', 'look up', 'note 7', 'note 8']);
    expect(posted.framed).toEqual([
      '{"type":"message","id":"m","seq":7,"data":{}}',
      '{"type":"message","id":"m","seq":8,"data":{}}',
    ]);
  });

  test('notes no delivery to nobody', async () => {
    const { ports, steps } = storing({ u1: ['a'] }, 10, () => 'failed');
    await pushMessages(messages(['u1', '{}']), ports);

    expect(steps).toEqual(['store 1', 'look up']);
  });

  test('refuses what could not be stored, and pushes what was before it', async () => {
    const { ports, posted } = storing({ u1: ['a'] }, 1);

    expect(await pushMessages(messages(['u1', '1'], ['u1', '2'], ['u1', '3']), ports)).toMatchObject([
      { delivered: 1, seq: 7 },
      { code: 'unavailable' },
      { code: 'unavailable' },
    ]);
    expect(posted).toEqual({ a: ['1'] });
  });

  test('says of what may be stored that this is not known', async () => {
    const { ports, posted } = storing({ u1: ['a'] }, 1, undefined, 1);

    expect(await pushMessages(messages(['u1', '1'], ['u1', '2'], ['u1', '3']), ports)).toMatchObject([
      { delivered: 1, seq: 7 },
      { code: 'unconfirmed' },
      { code: 'unavailable' },
    ]);
    expect(posted).toEqual({ a: ['1'] });
  });

  test('pushes nothing when nothing could be stored', async () => {
    const { ports, posted, steps } = storing({ u1: ['a'] }, 0);

    expect(await pushMessages(messages(['u1', '1']), ports)).toMatchObject([{ code: 'unavailable' }]);
    expect(posted).toEqual({});
    expect(steps).toEqual(['store 1']);
  });

  test('is accepted though the connections can’t be read: they are told by a replay', async () => {
    const { ports } = storing({});
    ports.connectionsOf = async () => {
      throw new Error('away');
    };

    expect(await pushMessages(messages(['u1', '1']), ports)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 0, seq: 7, stored: true },
    ]);
  });
});
