import { architecture } from './architecture.ts';
import { drawn } from './drawing.ts';
import { flowsInChinese, flowsInEnglish } from './flows.ts';

/** The drawn pictures of the documents, by their file in `docs/images/`. */
export const drawings: Record<string, string> = {
  'architecture.svg': drawn(architecture),
  'flows.svg': drawn(flowsInEnglish),
  'flows.zh-CN.svg': drawn(flowsInChinese),
};
