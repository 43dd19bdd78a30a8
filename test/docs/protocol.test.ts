import { describe, expect, onTestFinished, test } from 'vitest';
import { parseFrame } from '../../client/browser/frames.ts';
import { FrameErrorCode, RETRYABLE_FRAME_ERRORS } from '../../protocol/frame-error.ts';
import * as limits from '../../protocol/limits.ts';
import { runStack } from '../e2e/running-stack.ts';
import { Conversation } from './conversation.ts';
import { examples, rowsOf, shownFrames } from './protocol-examples.ts';

const codes: string[] = Object.values(FrameErrorCode);
const retryable: readonly string[] = RETRYABLE_FRAME_ERRORS;

describe('the protocol document', () => {
  test('has every error code once, and what a client does with it', () => {
    const rows = rowsOf('Errors of framed sockets').map(([code, , action]) => [code, action]);

    expect(rows).toEqual(codes.map((code) => [code, retryable.includes(code) ? 'tries again' : 'stops']));
  });

  test('shows an example of every error code', () => {
    const frames = [...examples.flatMap(({ steps }) => steps.map(({ text }) => text)), ...shownFrames];
    const shown = frames.flatMap((frame) => /^\{"type":"error","code":"(.*?)"/.exec(frame)?.[1] ?? []);

    expect(Array.from(new Set(shown)).sort()).toEqual(codes.toSorted());
  });

  test('has every limit once, by its name', () => {
    const rows = rowsOf('Limits').map(([name, number]) => [name, Number(number?.replaceAll(',', ''))]);

    expect(rows).toEqual(Object.entries(limits));
  });

  test('shows frames that only trouble brings about as the client knows them', () => {
    expect(shownFrames.map((frame) => parseFrame(frame).type)).toEqual(['gateway-error', 'error']);
  });
});

const contexts = Array.from(new Set(examples.map(({ context }) => context)));

describe.each(contexts)('with %s, what the document says happens', (context) => {
  const settings = Object.fromEntries(context.split(' ').map((setting) => setting.split('=')));
  // The assembly of all tests is this one.
  const stack = runStack(context === 'identity=claimed' ? {} : { context: settings });

  test.each(examples.filter((example) => example.context === context))('$name', async ({ steps }) => {
    const conversation = new Conversation(stack);
    onTestFinished(() => conversation.end());
    for (const step of steps) await conversation.play(step);
    expect(conversation.unexpected).toEqual([]);
  });
});
