import type { Environment } from './environment.ts';
import { LastingConnection } from './lasting-connection.ts';
import type { Connection, ConnectOptions } from './options.ts';
import { settingsOf } from './settings.ts';

/**
 * `connect` in any environment. Returns a plain object of closures, which behind a `Proxy` (Vue's `ref`) and taken apart still find
 * the connection; private members of a class would not.
 */
export function connectIn<Data>(environment: Environment, options: ConnectOptions): Connection<Data> {
  const lasting = new LastingConnection(environment, settingsOf(options, environment));
  return {
    get onmessage() {
      return lasting.onmessage;
    },
    set onmessage(handler) {
      lasting.onmessage = handler as LastingConnection['onmessage'];
    },
    get ongap() {
      return lasting.ongap;
    },
    set ongap(handler) {
      lasting.ongap = handler;
    },
    get onstatus() {
      return lasting.onstatus;
    },
    set onstatus(handler) {
      lasting.onstatus = handler;
    },
    get status() {
      return lasting.status;
    },
    get connectionId() {
      return lasting.connectionId;
    },
    reconnect: () => lasting.reconnect(),
    close: () => lasting.close(),
  };
}
