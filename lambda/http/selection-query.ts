import * as v from 'valibot';
import { MAX_SELECTED } from '../../protocol/limits.ts';
import type { Selection } from '../../protocol/selection.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';

/** The parameters of a query that say which connections of a uid are meant. */
export const selectionParameters = ['only', 'except'] as const;

/** Longer than a device's name, and than any id that API Gateway gives a connection. */
const maxNameBytes = 128;

const rule = `only and except name up to ${MAX_SELECTED} devices or connections, each by 1 to ${maxNameBytes} bytes`;
const names = v.optional(
  v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.check((name) => name !== '' && encodeUtf8(name).length <= maxNameBytes, rule),
      ),
    ),
    v.maxLength(MAX_SELECTED, rule),
  ),
);

/** The members of a query's schema for them. */
export const selectionEntries = { only: names, except: names };

/** Of a route that takes no other parameters. */
export const selectionQuery = v.pipe(v.object(selectionEntries), v.transform(selectionOf));

/** Returns `undefined` where no parameter was given. */
export function selectionOf({
  only,
  except,
}: {
  only?: string[] | undefined;
  except?: string[] | undefined;
}): Selection | undefined {
  return only || except ? { ...(only && { only }), ...(except && { except }) } : undefined;
}
