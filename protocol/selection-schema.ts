import * as v from 'valibot';
import { MAX_SELECTED } from './limits.ts';

const nameRule = `the name of a device or the id of a connection, or a list of 1 to ${MAX_SELECTED}`;
const name = v.pipe(v.string(nameRule), v.nonEmpty(nameRule));
const names = v.optional(
  v.union(
    [
      v.pipe(
        name,
        v.transform((one): readonly string[] => [one]),
      ),
      v.pipe(v.array(name), v.nonEmpty(nameRule), v.maxLength(MAX_SELECTED, nameRule), v.readonly()),
    ],
    nameRule,
  ),
);

/** Members of what selects connections: each a name, or a list of them, which is what both are read as. */
export const selectionEntries = { only: names, except: names };
