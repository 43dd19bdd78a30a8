import { isRefusal } from '../../protocol/refusal.ts';
import { bodyOf, mediaTypeOf } from '../http/function-url-event.ts';
import {
  type HttpResponse,
  jsonResponse,
  ndjsonMediaType,
  ndjsonResponse,
  refusalResponse,
} from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { type Push, pushLines, pushOne } from './push-request.ts';

export type PushService = { push: Push };

export const pushRoutes: readonly Route<PushService>[] = [{ method: 'POST', path: '/push', handle: push }];

/** NDJSON is many messages; whatever else it is called, the body is one. */
async function push({ event }: HttpRequest, service: PushService): Promise<HttpResponse> {
  if (mediaTypeOf(event) === ndjsonMediaType) {
    const results = await pushLines(bodyOf(event), service.push);
    return isRefusal(results) ? refusalResponse(results) : ndjsonResponse(results);
  }
  const result = await pushOne(bodyOf(event), service.push);
  return isRefusal(result) ? refusalResponse(result) : jsonResponse(result);
}
