import { coldStart } from './cold-start/section.ts';
import { perPush } from './per-push/section.ts';
import type { Section } from './section.ts';

/** What `npm run bench` measures, in this order. */
export const sections: readonly Section[] = [coldStart, perPush];
