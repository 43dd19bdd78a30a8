import { PushError } from '../../../client/backend/push-error.ts';

/** What a request is refused with; `undefined` when it has a result. Everything else is thrown on. */
export async function problemOf(
  request: Promise<unknown>,
): Promise<{ status: number; code: string } | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof PushError && error.status !== undefined) {
      return { status: error.status, code: error.code };
    }
    throw error;
  }
}
