import type { Environment } from './environment.ts';
import { LastingConnection } from './lasting-connection.ts';
import type { Connection, ConnectOptions } from './options.ts';
import { settingsOf } from './settings.ts';

/**
 * `connect` in any environment. Returns a plain object of closures, which behind a `Proxy` (Vue's `ref`) and taken
 * apart still find the connection; private members of a class would not.
 */
export function connectIn<Data>(environment: Environment, options: ConnectOptions): Connection<Data> {
  const settings = settingsOf(options, environment);
  const lasting = new LastingConnection(environment, settings);
  const { handlers, groups, watching } = lasting;
  return {
    get onmessage() {
      return handlers.onmessage as Connection<Data>['onmessage'];
    },
    set onmessage(handler) {
      handlers.onmessage = handler;
    },
    get ongap() {
      return handlers.ongap;
    },
    set ongap(handler) {
      handlers.ongap = handler;
    },
    get onstatus() {
      return lasting.onstatus;
    },
    set onstatus(handler) {
      lasting.onstatus = handler;
    },
    get ongroup() {
      return groups.ongroup;
    },
    set ongroup(handler) {
      groups.ongroup = handler;
    },
    get onpresence() {
      return watching.onpresence;
    },
    set onpresence(handler) {
      watching.onpresence = handler;
    },
    get onwatchrefused() {
      return watching.onwatchrefused;
    },
    set onwatchrefused(handler) {
      watching.onwatchrefused = handler;
    },
    get status() {
      return lasting.status;
    },
    get connectionId() {
      return lasting.connectionId;
    },
    device: settings.device,
    join: (group) => groups.want(group, true),
    leave: (group) => groups.want(group, false),
    watch: (uids) => watching.watch(uids),
    unwatch: (uids) => watching.unwatch(uids),
    reconnect: () => lasting.reconnect(),
    close: () => lasting.close(),
  };
}
