import type { FunctionOutcome } from '../functions/function-outcome.ts';

/**
 * Decision of `$connect`: the socket opens, with the subprotocol that it named, or the upgrade is refused with an HTTP
 * status.
 */
export type ConnectAnswer =
  | { opens: true; subprotocol: string | undefined }
  | { opens: false; status: number };

/** The status when the function failed, or gave an answer that is none. */
const badGateway = 502;

/**
 * Reads the answer of `$connect`'s function. 2xx opens the socket. Any other status is the answer to the upgrade.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 *
 * A function that throws is answered with 502: not documented, but what clients report
 * (https://github.com/serverless/serverless-websockets-plugin/issues/13). That an answer without a usable `statusCode`
 * is treated the same is a guess, after REST APIs, where it is.
 *
 * The subprotocol is the `Sec-WebSocket-Protocol` header of the answer.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
 */
export function connectAnswer(outcome: FunctionOutcome): ConnectAnswer {
  if (!('payload' in outcome) || !isObject(outcome.payload)) return { opens: false, status: badGateway };
  const status = Number(outcome.payload.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return { opens: false, status: badGateway };
  if (status > 299) return { opens: false, status };
  return { opens: true, subprotocol: headerIn(outcome.payload.headers, 'sec-websocket-protocol') };
}

function headerIn(headers: unknown, lowerCaseName: string): string | undefined {
  if (!isObject(headers)) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === lowerCaseName);
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
