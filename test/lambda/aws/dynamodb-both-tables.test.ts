import { beforeEach, describe, expect, test } from 'vitest';
import { COUNTER_SECONDS } from '../../../lambda/messages/message-log.ts';
import { emptyTable } from '../../support/dynamodb.ts';

describe('DynamoDB, read in both tables at once,', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');
  const expiresAt = now / 1_000 + 60;
  const connection = { connectionId: 'c1', registeredAt: now, expiresAt, isFramed: true };
  let tables: Awaited<ReturnType<typeof emptyTable>>;
  beforeEach(async () => {
    tables = await emptyTable();
  });

  test('knows nothing of a connection and a uid that never were', async () => {
    const { bothTables } = tables;

    expect(await bothTables.registrationAndLatest('c1', 'u1', now)).toEqual({
      registration: undefined,
      latest: 0,
    });
    expect(await bothTables.connectionAndLatest('u1', 'c1', now)).toEqual({
      connection: undefined,
      latest: 0,
    });
  });

  test('tells whose a connection is, and the counter of the uid', async () => {
    const { bothTables, connections, log } = tables;
    const registration = { uid: 'u1', registeredAt: now, isFramed: true };
    await connections.addFirstRegistration('c1', registration, expiresAt);
    await connections.addConnection('u1', connection);
    await log.raiseLatest('u1', 7, now);

    expect(await bothTables.registrationAndLatest('c1', 'u1', now)).toEqual({
      registration,
      latest: 7,
    });
    expect(await bothTables.connectionAndLatest('u1', 'c1', now)).toEqual({ connection, latest: 7 });
  });

  test('does not tell a connection that has expired, though nothing has deleted it yet', async () => {
    const { bothTables, connections } = tables;
    await connections.addConnection('u1', connection);

    expect(await bothTables.connectionAndLatest('u1', 'c1', expiresAt * 1_000)).toEqual({
      connection: undefined,
      latest: 0,
    });
  });

  test('keeps a counter whose end is near when it tells its number, and no other', async () => {
    const { bothTables, log, itemOf } = tables;
    const counterEnd = async () => (await itemOf('uid#u1', 'counter'))?.expiresAt;
    await log.raiseLatest('u1', 7, now);
    const first = await counterEnd();
    const soon = now + 30 * 86_400_000;
    expect(await bothTables.registrationAndLatest('c1', 'u1', soon)).toMatchObject({ latest: 7 });
    expect(await counterEnd()).toBe(first);

    const late = now + 400 * 86_400_000;
    expect(await bothTables.connectionAndLatest('u1', 'c1', late)).toMatchObject({ latest: 7 });
    expect(await counterEnd()).toBe(late / 1_000 + COUNTER_SECONDS);
  });
});
