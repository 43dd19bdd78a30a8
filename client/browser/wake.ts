/** Source of the events of the network, of the user and of the page's security policy. Node and workers lack a part of it, or all. */
export type Page = {
  addEventListener?: EventTarget['addEventListener'];
  removeEventListener?: EventTarget['removeEventListener'];
  document?: Pick<Document, 'addEventListener' | 'removeEventListener' | 'visibilityState'>;
};

export const page: Page = globalThis;

export type WakeEvents = {
  /** The network is gone. */
  offline(): void;
  /** The network is back. */
  online(): void;
  /** The page was hidden, and is visible again. */
  visible(): void;
};

/** Returns a function that ends it. */
export function onWake(page: Page, { offline, online, visible }: WakeEvents): () => void {
  const { document } = page;
  const changed = () => {
    if (document?.visibilityState === 'visible') visible();
  };
  page.addEventListener?.('offline', offline);
  page.addEventListener?.('online', online);
  document?.addEventListener('visibilitychange', changed);
  return () => {
    page.removeEventListener?.('offline', offline);
    page.removeEventListener?.('online', online);
    document?.removeEventListener('visibilitychange', changed);
  };
}
