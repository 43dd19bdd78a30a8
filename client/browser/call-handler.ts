/** Calls a handler of the page, if it is one. What it throws, or rejects with, is reported and changes nothing else. */
export function callHandler(handler: unknown, value: unknown, reportError: (error: unknown) => void): void {
  try {
    if (typeof handler === 'function') Promise.resolve(handler(value)).catch(reportError);
  } catch (error) {
    reportError(error);
  }
}
