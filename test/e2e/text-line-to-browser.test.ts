import { describe, expect, test } from 'vitest';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();
const limit = 131_072;

function lineOfLength(uid: string, bytes: number): string {
  const start = `{"uid":"${uid}","fill":"`;
  return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
}

describe('a text line', () => {
  test('reaches the browser that registered as its uid, byte for byte', async () => {
    const browser = await stack.browser('exact');
    const line = '{ "uid" : "exact",\t"n":1.0, "big":12345678901234567890, "s":"\\u00e9é你好🚀\\/" }';

    expect(await stack.answersTo(line)).toEqual(['ok']);
    expect(await browser.next()).toBe(line);
  });

  test('for a uid that nobody registered as is answered fail', async () => {
    expect(await stack.answersTo('{"uid":"nobody"}')).toEqual(['fail']);
  });

  test('reaches every browser of its uid', async () => {
    const browsers = [await stack.browser('both'), await stack.browser('both')];

    expect(await stack.answersTo('{"uid":"both"}')).toEqual(['ok']);
    for (const browser of browsers) expect(await browser.next()).toBe('{"uid":"both"}');
  });

  test.each([
    ['{oops'],
    ['[]'],
    ['5'],
    ['null'],
    [''],
    ['{"uid":[1]}'],
    ['{"uid":{}}'],
    ['{"uid":null}'],
    ['{"uid":1.5}'],
    ['{"uid":true}'],
    ['{"uid":""}'],
    ['{}'],
    ['"abc"'],
    ['{"uid":"bystander","nul":"\u0000"}'],
    [Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
    [lineOfLength('bystander', limit + 1)],
  ])('that is no message (case %#) is answered fail, and costs nobody else anything', async (line) => {
    const bystander = await stack.browser('bystander');

    expect(await stack.answersTo(line, '{"uid":"bystander"}')).toEqual(['fail', 'ok']);
    expect(await bystander.next()).toBe('{"uid":"bystander"}');
  });

  test('may end in CR LF', async () => {
    const browser = await stack.browser('crlf');

    expect(await stack.answersTo('{"uid":"crlf"}\r')).toEqual(['ok']);
    expect(await browser.next()).toBe('{"uid":"crlf"}');
  });

  test('of exactly 131,072 bytes is delivered', async () => {
    const browser = await stack.browser('large');
    const line = lineOfLength('large', limit);

    expect(await stack.answersTo(line)).toEqual(['ok']);
    expect(await browser.next()).toBe(line);
  });

  test('whose sender leaves without reading the answer is delivered', async () => {
    const browser = await stack.browser('impatient');
    const sender = await stack.sender();
    sender.send('{"uid":"impatient"}\n');
    sender.socket.end();

    expect(await browser.next()).toBe('{"uid":"impatient"}');
  });
});

test('500 lines in one write have 500 answers, and arrive, in order', async () => {
  const browser = await stack.browser('many');
  const lines = Array.from({ length: 500 }, (_, index) =>
    index % 5 === 4 ? `{"uid":"nobody","n":${index}}` : `{"uid":"many","n":${index}}`,
  );
  const sender = await stack.sender();
  sender.send(`${lines.join('\n')}\n`);

  expect(await sender.answers(500)).toEqual(lines.map((line) => (line.includes('many') ? 'ok' : 'fail')));
  for (const line of lines.filter((text) => text.includes('many'))) expect(await browser.next()).toBe(line);
});

describe('a uid', () => {
  test('is the same as a string and as an integer', async () => {
    const browser = await stack.browser('42');

    expect(await stack.answersTo('{"uid":42}', '{"uid":"42"}')).toEqual(['ok', 'ok']);
    expect([await browser.next(), await browser.next()]).toEqual(['{"uid":42}', '{"uid":"42"}']);
  });

  test('keeps every digit: 9007199254740993 is nobody else', async () => {
    const exact = await stack.browser('9007199254740993');
    const rounded = await stack.browser('9007199254740992');

    expect(await stack.answersTo('{"uid":9007199254740993}')).toEqual(['ok']);
    expect(await exact.next()).toBe('{"uid":9007199254740993}');
    expect(rounded.waiting).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'uid#x', ' ', '用户', 'a\u0000b'])('may be %j', async (uid) => {
    const browser = await stack.browser(uid);
    const line = JSON.stringify({ uid });

    expect(await stack.answersTo(line)).toEqual(['ok']);
    expect(await browser.next()).toBe(line);
  });
});

describe('a browser', () => {
  test('belongs to its first uid: later messages are ignored', async () => {
    const browser = await stack.browser('first');
    browser.send('second');
    browser.send('{"uid":"third"}');

    expect(await stack.answersTo('{"uid":"second"}', '{"uid":"third"}', '{"uid":"first"}')).toEqual([
      'fail',
      'fail',
      'ok',
    ]);
    expect(await browser.next()).toBe('{"uid":"first"}');
  });

  test('that closes is not pushed to any more', async () => {
    const browser = await stack.browser('leaves');
    await browser.close();
    await expect.poll(() => stack.connectionsOf('leaves'), patience).toBe(0);

    expect(await stack.answersTo('{"uid":"leaves"}')).toEqual(['fail']);
  });
});
