import { CORRELATION_HEADER, isCorrelationId } from '../../protocol/correlation-id.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import type { HttpResponse } from './response.ts';

/** What the caller calls its request, or else what Lambda does. */
export function correlationIdOf(event: FunctionUrlEvent, requestId: string): string {
  const given = event.headers[CORRELATION_HEADER];
  return given !== undefined && isCorrelationId(given) ? given : requestId;
}

export function withCorrelationId(response: HttpResponse, correlationId: string): HttpResponse {
  return { ...response, headers: { ...response.headers, [CORRELATION_HEADER]: correlationId } };
}
