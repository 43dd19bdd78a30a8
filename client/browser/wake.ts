/** Where the events come from that tell of a network or a user who is back. Node and workers lack a part of it, or all. */
export type Page = {
  addEventListener?: EventTarget['addEventListener'];
  removeEventListener?: EventTarget['removeEventListener'];
  document?: Pick<Document, 'addEventListener' | 'removeEventListener' | 'visibilityState'>;
};

export const page: Page = globalThis;

/** Calls back whenever the network returns and whenever the page becomes visible; the answer ends it. */
export function onWake(page: Page, online: () => void, visible: () => void): () => void {
  const { document } = page;
  const changed = () => {
    if (document?.visibilityState === 'visible') visible();
  };
  page.addEventListener?.('online', online);
  document?.addEventListener('visibilitychange', changed);
  return () => {
    page.removeEventListener?.('online', online);
    document?.removeEventListener('visibilitychange', changed);
  };
}
