import * as v from 'valibot';
import { parseJson } from '../protocol/json-text.ts';

export type Outputs = {
  pushUrl: string;
  webSocketUrl: string;
  /** `host:port` */
  textEndpoint?: string;
  pushSecretName?: string;
  tokenSecretName?: string;
  textSecretName?: string;
  uidHashKey?: string;
};

const outputsSchema = v.object({
  PushUrl: v.string(),
  WebSocketUrl: v.string(),
  TextEndpoint: v.optional(v.string()),
  PushSecretName: v.optional(v.string()),
  TokenSecretName: v.optional(v.string()),
  TextSecretName: v.optional(v.string()),
  UidHashKey: v.optional(v.string()),
});

/**
 * The outputs in what `cdk deploy --outputs-file` writes, `{"<stack>":{"PushUrl":…,"WebSocketUrl":…}}`, or in the local
 * stack's `outputs.json`, which has no stack around them.
 */
export function outputsIn(text: string): Outputs | { problem: string } {
  const value = parseJson(text);
  const candidates = typeof value === 'object' && value !== null ? [value, ...Object.values(value)] : [];
  const [outputs, another] = candidates.flatMap((candidate) => outputsFrom(candidate) ?? []);
  if (!outputs) return { problem: 'it has no PushUrl and WebSocketUrl of a stack.' };
  if (another) return { problem: 'it has the outputs of several stacks; one is needed.' };
  return outputs;
}

/** The outputs of one stack by their names; `undefined` where it lacks the addresses. */
export function outputsFrom(value: unknown): Outputs | undefined {
  const parsed = v.safeParse(outputsSchema, value);
  if (!parsed.success) return undefined;
  const { PushUrl, WebSocketUrl, TextEndpoint, PushSecretName, TokenSecretName, TextSecretName, UidHashKey } =
    parsed.output;
  return {
    pushUrl: PushUrl,
    webSocketUrl: WebSocketUrl,
    ...(TextEndpoint !== undefined && { textEndpoint: TextEndpoint }),
    ...(PushSecretName !== undefined && { pushSecretName: PushSecretName }),
    ...(TokenSecretName !== undefined && { tokenSecretName: TokenSecretName }),
    ...(TextSecretName !== undefined && { textSecretName: TextSecretName }),
    ...(UidHashKey !== undefined && { uidHashKey: UidHashKey }),
  };
}
