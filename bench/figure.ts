/** Something that was measured several times. `name` is unique in its section: results are compared by it. */
export type Figure = {
  name: string;
  unit: string;
  better: 'less' | 'more';
  samples: readonly number[];
};
