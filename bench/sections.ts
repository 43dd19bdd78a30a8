import { coldStart } from './cold-start/section.ts';
import { fanOut } from './fan-out/section.ts';
import { perPush } from './per-push/section.ts';
import type { Section } from './section.ts';
import { stack } from './stack/section.ts';
import { text } from './text/section.ts';

/** Sections of `npm run bench`, in this order. */
export const sections: readonly Section[] = [coldStart, perPush, fanOut, text, stack];
