import { TemplateError } from './cloud-formation.ts';

/** The only item of `items`; `what` names it in the error when there are none or more. */
export function only<Item>(items: readonly Item[], what: string): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) {
    throw new TemplateError(`there must be one ${what}, but the app has ${items.length}`);
  }
  return item;
}
