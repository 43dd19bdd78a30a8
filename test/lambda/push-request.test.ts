import { describe, expect, test } from 'vitest';
import { type PushMany, pushLines } from '../../lambda/push/push-request.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';

/** Delivers every message to one connection and notes its text. */
function recorder() {
  const texts: string[] = [];
  const push = async (messages: Parameters<PushMany>[0]) => {
    texts.push(...messages.map(({ text }) => text));
    return messages.map(({ uid }) => ({ uid, delivered: 1, gone: 0, failed: 0 }));
  };
  return { push, texts };
}

describe('an NDJSON body', () => {
  test('is a message per line, the last with or without its ending', async () => {
    for (const ending of ['', '\n', '\r\n']) {
      const { push, texts } = recorder();
      const results = await pushLines(encodeUtf8(`{"uid":"u1"}\n{"uid":2}${ending}`), push);

      expect(results).toEqual([
        { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
        { uid: '2', delivered: 1, gone: 0, failed: 0 },
      ]);
      expect(texts).toEqual(['{"uid":"u1"}', '{"uid":2}']);
    }
  });

  test('answers a bad line in its place and pushes the others', async () => {
    const { push, texts } = recorder();
    const tooLong = `{"uid":"${'x'.repeat(131_072)}"}`;
    const body = ['{"uid":"a"}', '{oops', tooLong, '[]', '{"uid":"b"}'].join('\n');

    expect(await pushLines(encodeUtf8(body), push)).toEqual([
      { uid: 'a', delivered: 1, gone: 0, failed: 0 },
      expect.objectContaining({ code: 'invalid-json' }),
      expect.objectContaining({ code: 'too-large' }),
      expect.objectContaining({ code: 'not-an-object' }),
      { uid: 'b', delivered: 1, gone: 0, failed: 0 },
    ]);
    expect(texts).toEqual(['{"uid":"a"}', '{"uid":"b"}']);
  });

  test('may have a thousand lines', async () => {
    const { push } = recorder();

    expect(await pushLines(encodeUtf8('{"uid":"u"}\n'.repeat(1_000)), push)).toHaveLength(1_000);
    const blank = '\n'.repeat(500);
    const withBlankLines = `${blank}${'{"uid":"u"}\n\n'.repeat(1_000)}${blank}`;
    expect(await pushLines(encodeUtf8(withBlankLines), push)).toHaveLength(1_000);
  });

  test('of one line more is refused as a whole', async () => {
    const { push, texts } = recorder();

    expect(await pushLines(encodeUtf8('{"uid":"u"}\n'.repeat(1_001)), push)).toMatchObject({
      code: 'too-large',
    });
    expect(texts).toEqual([]);
  });

  test.each(['', '\n', '\r\n\r\n', ' \t\r\n  '])(
    'that is empty or blank has no results: %j',
    async (body) => {
      expect(await pushLines(encodeUtf8(body), recorder().push)).toEqual([]);
    },
  );

  test('has no results for its blank lines, wherever they are', async () => {
    const { push, texts } = recorder();
    const body = '\n\r\n{"uid":"a"}\n\n \t\r\r\n{oops\n\n{"uid":"b"}\n\n\r\n';

    expect(await pushLines(encodeUtf8(body), push)).toEqual([
      { uid: 'a', delivered: 1, gone: 0, failed: 0 },
      expect.objectContaining({ code: 'invalid-json' }),
      { uid: 'b', delivered: 1, gone: 0, failed: 0 },
    ]);
    expect(texts).toEqual(['{"uid":"a"}', '{"uid":"b"}']);
  });
});
