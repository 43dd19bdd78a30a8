/**
 * Source of the events of the network, of the user and of the page's security policy. Node and workers lack a part of
 * it, or all.
 */
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

/** Calls back until the returned function is called. */
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

/** Calls back each time that the page is shown or hidden, for as long as it is there. */
export function onVisibility(page: Page, shown: () => void, hidden: () => void): void {
  const { document } = page;
  document?.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') shown();
    else hidden();
  });
  // A page that is left is hidden before, but not in every browser; one that comes back from the cache is shown.
  page.addEventListener?.('pagehide', hidden);
  page.addEventListener?.('pageshow', shown);
}

/**
 * Calls back, before the socket's `error`, when the page's Content-Security-Policy blocks a WebSocket. Returns a
 * function that stops it.
 * Source: https://www.w3.org/TR/CSP3/#violation-events
 */
export function onBlocked({ document }: Page, callback: (cause: Error) => void): () => void {
  const listener = ({ blockedURI, disposition, effectiveDirective }: SecurityPolicyViolationEvent) => {
    if (disposition !== 'enforce' || !/^wss?\b/.test(blockedURI)) return;
    callback(new Error(`The page’s Content-Security-Policy blocks it: see ${effectiveDirective}.`));
  };
  document?.addEventListener('securitypolicyviolation', listener);
  return () => document?.removeEventListener('securitypolicyviolation', listener);
}
