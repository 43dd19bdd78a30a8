import * as v from 'valibot';
import { MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import { uidProblem } from '../../protocol/uid.ts';

const limitRule = `limit must be a whole number from 1 to ${MAX_UIDS_PER_PAGE}`;

/** The parameter `limit` of what is read page by page. */
export const pageLimit = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^[1-9]\d*$/, limitRule),
    v.transform(Number),
    v.maxValue(MAX_UIDS_PER_PAGE, limitRule),
  ),
  '100',
);

/** The query of what is read page by page, each after the uid that ended the one before. */
export const uidPageQuery = v.object({
  limit: pageLimit,
  after: v.optional(
    v.pipe(
      v.string(),
      v.check((uid) => uidProblem(uid) === undefined, 'after must be a uid'),
    ),
  ),
});
