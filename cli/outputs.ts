import * as v from 'valibot';
import { parseJson } from '../protocol/json-text.ts';

export type Outputs = {
  pushUrl: string;
  webSocketUrl: string;
  /** API Gateway's own, where `webSocketUrl` is another. */
  apiWebSocketUrl?: string;
  cloudFrontMode?: string;
  /** `function-url` or `http-api`; absent in the outputs of older releases. */
  pushUrlKind?: string;
  /** `host:port` */
  textEndpoint?: string;
  pushSecretName?: string;
  tokenSecretName?: string;
  textSecretName?: string;
  uidHashKey?: string;
};

const outputsSchema = v.looseObject({
  PushUrl: v.string(),
  WebSocketUrl: v.string(),
});

/** Those that not every stack has, by their names. */
const optionalNames = {
  ApiWebSocketUrl: 'apiWebSocketUrl',
  CloudFrontMode: 'cloudFrontMode',
  PushUrlKind: 'pushUrlKind',
  TextEndpoint: 'textEndpoint',
  PushSecretName: 'pushSecretName',
  TokenSecretName: 'tokenSecretName',
  TextSecretName: 'textSecretName',
  UidHashKey: 'uidHashKey',
} as const satisfies Record<string, keyof Outputs>;

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
  const { PushUrl, WebSocketUrl, ...others } = parsed.output;
  const optional = Object.entries(optionalNames).flatMap(([name, key]) =>
    typeof others[name] === 'string' ? [[key, others[name]] as const] : [],
  );
  return { pushUrl: PushUrl, webSocketUrl: WebSocketUrl, ...Object.fromEntries(optional) };
}
