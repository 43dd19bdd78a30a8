import type { Answer } from './signed-requests.ts';

/**
 * The service's name for why it refused a request, such as `AccessDeniedException`; `Status403` where it has none. It is in the header
 * or in the body, and between a namespace and an address: `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`,
 * `GoneException:http://internal.amazon.com/…`. It is logged, so nothing is taken that is no name.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
export function errorCodeOf({ status, body, errorType }: Answer): string {
  return nameIn(errorType) ?? codeInBody(body) ?? `Status${status}`;
}

function codeInBody(body: string): string | undefined {
  const { __type: type, code } = membersOf(body);
  return nameIn(type) ?? nameIn(code);
}

function nameIn(type: unknown): string | undefined {
  return typeof type === 'string' ? /^(?:[^#:]*#)?([A-Za-z]\w{0,63})(?::.*)?$/.exec(type)?.[1] : undefined;
}

function membersOf(body: string): { __type?: unknown; code?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
