import { describe, expect, test } from 'vitest';
import { pushMessages } from '../../../lambda/push/push-messages.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';

type Outcome = 'delivered' | 'gone' | 'failed';

/**
 * Dependencies of a push to these connections, of which those with a name that starts with `framed` are framed. Notes
 * what was posted and forgotten.
 *
 * @param outcomeOf The outcome of a post. @default `delivered`
 */
async function world(
  connections: Record<string, string[]>,
  outcomeOf: (id: string, text: string) => Outcome = () => 'delivered',
) {
  const posted: Record<string, string[]> = {};
  const table = new MemoryConnectionTable();
  for (const [uid, ids] of Object.entries(connections)) {
    for (const connectionId of ids) {
      const isFramed = connectionId.startsWith('framed');
      const device = `device of ${connectionId}`;
      await table.addConnection(uid, { connectionId, registeredAt: 0, expiresAt: 9e9, isFramed, device });
    }
  }
  const dependencies = pushDependencies({
    table,
    connections: connectionsTo({
      post: async (connectionId, text) => {
        posted[connectionId] ??= [];
        posted[connectionId].push(text);
        return outcomeOf(connectionId, text);
      },
    }),
  });
  const forgotten = async () => {
    const left = await Promise.all(
      Object.entries(connections).map(async ([uid, ids]) => {
        const rows = (await table.connectionsOf(uid, 0)).map(({ connectionId }) => connectionId);
        return ids.filter((id) => !rows.includes(id)).map((id) => `${uid} ${id}`);
      }),
    );
    return left.flat();
  };
  return { dependencies, posted, forgotten };
}

function messages(...list: [uid: string, text: string][]) {
  return list.map(([uid, text]) => ({ uid, text }));
}

describe('pushing', () => {
  test('reaches the connections that are selected, and counts the others', async () => {
    const { dependencies, posted } = await world({ u1: ['a', 'b', 'c'] });
    const except = { uid: 'u1', text: 'not a', selection: { except: ['device of a'] } };
    const only = { uid: 'u1', text: 'only a', selection: { only: ['a'] } };

    expect(await pushMessages([except, only], 0, dependencies)).toEqual([
      { uid: 'u1', delivered: 2, gone: 0, failed: 0, excluded: 1 },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0, excluded: 2 },
    ]);
    expect(posted).toEqual({ a: ['only a'], b: ['not a'], c: ['not a'] });
  });

  test('reaches every connection of the uid, and no other', async () => {
    const { dependencies, posted } = await world({ u1: ['a', 'b'], u2: ['c'] });

    expect(await pushMessages(messages(['u1', 'hi']), 0, dependencies)).toEqual([
      { uid: 'u1', delivered: 2, gone: 0, failed: 0 },
    ]);
    expect(posted).toEqual({ a: ['hi'], b: ['hi'] });
  });

  test('to a uid without connections delivers nothing and says so', async () => {
    const { dependencies } = await world({});

    expect(await pushMessages(messages(['u1', 'hi']), 0, dependencies)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 0 },
    ]);
  });

  test('counts each connection under what became of its post', async () => {
    const outcomes: Record<string, Outcome> = { a: 'delivered', b: 'gone', c: 'failed', d: 'delivered' };
    const { dependencies } = await world({ u1: ['a', 'b', 'c', 'd'] }, (id) => outcomes[id]!);

    expect(await pushMessages(messages(['u1', 'hi']), 0, dependencies)).toEqual([
      { uid: 'u1', delivered: 2, gone: 1, failed: 1 },
    ]);
  });

  test('forgets exactly the connections that are gone', async () => {
    const outcomes: Record<string, Outcome> = { a: 'gone', b: 'failed', c: 'delivered' };
    const { dependencies, forgotten } = await world({ u1: ['a', 'b', 'c'] }, (id) => outcomes[id]!);

    await pushMessages(messages(['u1', 'hi']), 0, dependencies);

    expect(await forgotten()).toEqual(['u1 a']);
  });

  test('answers in the order of the messages, whatever their uids', async () => {
    const { dependencies } = await world({ u1: ['a'], u3: ['b', 'c'] });
    const results = await pushMessages(
      messages(['u1', '1'], ['u2', '2'], ['u3', '3'], ['u1', '4']),
      0,
      dependencies,
    );

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
    const { dependencies, posted } = await world({ u1: ['framed1', 'framed2', 'plain'] });
    await pushMessages(messages(['u1', '{"uid":"u1", "n":1.0}']), 0, dependencies);

    const { id } = JSON.parse(posted.framed1![0]!);
    expect(posted).toEqual({
      framed1: [`{"type":"message","id":"${id}","data":{"uid":"u1", "n":1.0}}`],
      framed2: posted.framed1,
      plain: ['{"uid":"u1", "n":1.0}'],
    });
  });

  test('are told each message with an id of its own', async () => {
    const { dependencies, posted } = await world({ u1: ['framed'] });
    await pushMessages(messages(['u1', '{}'], ['u1', '{}']), 0, dependencies);

    expect(new Set(posted.framed!.map((frame) => JSON.parse(frame).id)).size).toBe(2);
  });

  test('count a message of several parts once, by what became of all of them', async () => {
    let posts = 0;
    const { dependencies } = await world({ u1: ['framed'] }, () => (posts++ === 1 ? 'failed' : 'delivered'));
    const large = `{"uid":"u1","x":"${'x'.repeat(131_000)}"}`;

    expect(await pushMessages(messages(['u1', large]), 0, dependencies)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 1 },
    ]);
  });
});

describe('many messages to one uid', () => {
  test('reach each connection in their order, each after the one before was taken', async () => {
    const { dependencies } = await world({ u1: ['a', 'b'] });
    const log: string[] = [];
    dependencies.connections.post = async (connectionId, text) => {
      log.push(`${connectionId} starts ${text}`);
      await new Promise(setImmediate);
      log.push(`${connectionId} ends ${text}`);
      return 'delivered';
    };

    await pushMessages(messages(['u1', '1'], ['u1', '2'], ['u1', '3']), 0, dependencies);

    const ofA = log.filter((line) => line.startsWith('a'));
    expect(ofA).toEqual(['a starts 1', 'a ends 1', 'a starts 2', 'a ends 2', 'a starts 3', 'a ends 3']);
  });

  test('don’t wait for a slow connection to reach the others', async () => {
    const { dependencies, posted } = await world({ u1: ['slow', 'quick'] });
    let release = () => {};
    const quickHasAll = new Promise<void>((resolve) => {
      release = resolve;
    });
    const post = async (connectionId: string, text: string) => {
      if (connectionId === 'slow') await quickHasAll;
      const outcome = await dependencies.connections.post(connectionId, text);
      if (connectionId === 'quick' && text === '2') release();
      return outcome;
    };

    const slowly = { ...dependencies, connections: { post } };
    await pushMessages(messages(['u1', '1'], ['u1', '2']), 0, slowly);

    expect(posted).toEqual({ quick: ['1', '2'], slow: ['1', '2'] });
  });

  test('mention a gone connection once: with the message that found it gone', async () => {
    const { dependencies, posted, forgotten } = await world({ u1: ['a', 'b'] }, (id) =>
      id === 'a' ? 'gone' : 'delivered',
    );

    expect(await pushMessages(messages(['u1', '1'], ['u1', '2']), 0, dependencies)).toEqual([
      { uid: 'u1', delivered: 1, gone: 1, failed: 0 },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
    ]);
    expect(posted.a).toEqual(['1']);
    expect(await forgotten()).toEqual(['u1 a']);
  });

  test('go on after one that failed', async () => {
    const { dependencies } = await world({ u1: ['a'] }, (_id, text) =>
      text === '1' ? 'failed' : 'delivered',
    );

    expect(await pushMessages(messages(['u1', '1'], ['u1', '2']), 0, dependencies)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 1 },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
    ]);
  });

  test('look the uid up once', async () => {
    const { dependencies } = await world({ u1: ['a'] });
    const { table } = dependencies;
    const connectionsOf = table.connectionsOf.bind(table);
    let lookups = 0;
    table.connectionsOf = (uid, now) => {
      lookups += 1;
      return connectionsOf(uid, now);
    };

    await pushMessages(messages(['u1', '1'], ['u1', '2'], ['u1', '3']), 0, dependencies);

    expect(lookups).toBe(1);
  });
});

describe('when the table fails', () => {
  test('while a uid is looked up, its messages are answered unavailable and the other uids get theirs', async () => {
    const { dependencies } = await world({ u2: ['b'] });
    const { table } = dependencies;
    const connectionsOf = table.connectionsOf.bind(table);
    table.connectionsOf = async (uid, now) => {
      if (uid === 'u1') throw new Error('no table');
      return connectionsOf(uid, now);
    };

    const results = await pushMessages(messages(['u1', '1'], ['u2', '2']), 0, dependencies);

    expect(results).toEqual([
      expect.objectContaining({ code: 'unavailable' }),
      { uid: 'u2', delivered: 1, gone: 0, failed: 0 },
    ]);
  });
});

describe('pushing what is to be stored', () => {
  /**
   * A log whose next number is 7. It has room for as many messages; at the next one it is away, before or after that is
   * written.
   */
  async function storing(
    connections: Record<string, string[]>,
    room = 10,
    outcomeOf?: () => Outcome,
    isWritten = false,
  ) {
    const steps: string[] = [];
    const { dependencies, posted } = await world(connections, outcomeOf);
    const { table, messageLog } = dependencies;
    await messageLog.raiseLatest('u1', 6, 0);
    const addMessage = messageLog.addMessage.bind(messageLog);
    let left = room;
    messageLog.addMessage = async (uid, message) => {
      if (left-- <= 0) {
        if (isWritten) await addMessage(uid, message);
        throw new Error('away');
      }
      steps.push(`store ${message.seq}`);
      return addMessage(uid, message);
    };
    const connectionsOf = table.connectionsOf.bind(table);
    table.connectionsOf = (uid, now) => {
      steps.push('look up');
      return connectionsOf(uid, now);
    };
    messageLog.recordDelivered = async (_, { seq }) => {
      steps.push(`note ${seq}`);
    };
    return { dependencies, posted, steps };
  }

  test('stores the messages of a uid before it looks the connections up, and tells their numbers', async () => {
    const { dependencies, posted, steps } = await storing({ u1: ['framed'] });
    const claim = { id: 'm', triedSeq: undefined, recordAttempt: async () => {} };

    expect(await pushMessages(messages(['u1', '{}'], ['u1', '{}']), 600, dependencies, claim)).toEqual([
      { uid: 'u1', delivered: 1, gone: 0, failed: 0, seq: 7, stored: true },
      { uid: 'u1', delivered: 1, gone: 0, failed: 0, seq: 8, stored: true },
    ]);
    expect(steps).toEqual(['store 7', 'store 8', 'look up', 'note 7', 'note 8']);
    expect(posted.framed).toEqual([
      '{"type":"message","id":"m","seq":7,"data":{}}',
      '{"type":"message","id":"m","seq":8,"data":{}}',
    ]);
  });

  test('notes no delivery to nobody', async () => {
    const { dependencies, steps } = await storing({ u1: ['a'] }, 10, () => 'failed');
    await pushMessages(messages(['u1', '{}']), 600, dependencies);

    expect(steps).toEqual(['store 7', 'look up']);
  });

  test.each([true, false])(
    'says of what may be stored that this is not known, and pushes what was before it: %s',
    async (isWritten) => {
      const { dependencies, posted } = await storing({ u1: ['a'] }, 1, undefined, isWritten);

      expect(
        await pushMessages(messages(['u1', '1'], ['u1', '2'], ['u1', '3']), 600, dependencies),
      ).toMatchObject([{ delivered: 1, seq: 7 }, { code: 'unconfirmed' }, { code: 'unavailable' }]);
      expect(posted).toEqual({ a: ['1'] });
    },
  );

  test('refuses what certainly is not stored, and pushes nothing', async () => {
    const { dependencies, posted, steps } = await storing({ u1: ['a'] });
    dependencies.messageLog.latestOf = async () => {
      throw new Error('away');
    };

    expect(await pushMessages(messages(['u1', '1']), 600, dependencies)).toMatchObject([
      { code: 'unavailable' },
    ]);
    expect(posted).toEqual({});
    expect(steps).toEqual([]);
  });

  test('is accepted though the connections can’t be read: a replay brings it', async () => {
    const { dependencies } = await storing({});
    dependencies.table.connectionsOf = async () => {
      throw new Error('away');
    };

    expect(await pushMessages(messages(['u1', '1']), 600, dependencies)).toEqual([
      { uid: 'u1', delivered: 0, gone: 0, failed: 0, seq: 7, stored: true, unavailable: true },
    ]);
  });
});
