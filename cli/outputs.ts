import * as v from 'valibot';

type Addresses = { pushUrl: string; webSocketUrl: string };

const outputsSchema = v.object({ PushUrl: v.string(), WebSocketUrl: v.string() });

/**
 * The addresses in what `cdk deploy --outputs-file` writes, `{"<stack>":{"PushUrl":…,"WebSocketUrl":…}}`, or in the local stack's
 * `outputs.json`, which has no stack around them.
 */
export function outputsIn(text: string): Addresses | { problem: string } {
  const value = parseJson(text);
  const candidates = typeof value === 'object' && value !== null ? [value, ...Object.values(value)] : [];
  const found = candidates.filter((candidate) => v.is(outputsSchema, candidate));
  const [outputs, another] = found;
  if (!outputs) return { problem: 'it has no PushUrl and WebSocketUrl of a stack.' };
  if (another) return { problem: 'it has the outputs of several stacks; one is needed.' };
  return { pushUrl: outputs.PushUrl, webSocketUrl: outputs.WebSocketUrl };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
