import type { Page } from './wake.ts';

/**
 * Calls back, before the socket's `error`, when the page's Content-Security-Policy blocks a WebSocket. Returns a function that ends
 * it. Source: https://www.w3.org/TR/CSP3/#violation-events
 */
export function onBlocked({ document }: Page, callback: (cause: Error) => void): () => void {
  const listener = ({ blockedURI, disposition, effectiveDirective }: SecurityPolicyViolationEvent) => {
    if (disposition !== 'enforce' || !/^wss?\b/.test(blockedURI)) return;
    callback(new Error(`The page’s Content-Security-Policy blocks it: see ${effectiveDirective}.`));
  };
  document?.addEventListener('securitypolicyviolation', listener);
  return () => document?.removeEventListener('securitypolicyviolation', listener);
}
