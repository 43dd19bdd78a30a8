import type { FunctionUrlFaults } from '../../local/function-url/function-url-faults.ts';
import type { GatewayFaults } from '../../local/gateway/gateway-faults.ts';
import type { TableFaults } from '../../local/table/table-faults.ts';
import { FAULTS, type Fault } from './faults.ts';
import { Random } from './random.ts';

/** Faults of what AWS runs, as the local stack takes them, at random until they are ended. */
export type RandomFaults = {
  gateway: GatewayFaults;
  table: TableFaults;
  functionUrl: FunctionUrlFaults;
};

/** `isOn` is consulted each time; `note` is called with each fault. */
export function randomFaults(seed: number, isOn: () => boolean, note: (fault: Fault) => void): RandomFaults {
  const posts = new Random(seed, 'posts');
  const disconnects = new Random(seed, 'disconnects');
  const tables = new Random(seed, 'tables');
  const requests = new Random(seed, 'requests');
  const never = new Set<Fault>(FAULTS);
  const chosen = <What>(random: Random, choices: readonly (readonly [number, Fault, What])[]) => {
    if (!isOn()) return undefined;
    // In a short soak the rare ones would never come by chance.
    const isFirst = random.happens(0.2);
    const choice = choices.find(
      ([probability, fault]) => (isFirst && never.has(fault)) || random.happens(probability),
    );
    if (!choice) return undefined;
    const [, fault, what] = choice;
    never.delete(fault);
    note(fault);
    return what;
  };
  return {
    gateway: {
      post: () =>
        chosen(posts, [
          [0.02, 'post throttled', { kind: 'throttle' as const }],
          [0.01, 'post 500', { kind: 'server-error' as const }],
          [0.01, 'post late', { kind: 'delay' as const, milliseconds: posts.between(10, 500) }],
          [0.001, 'post never answered', { kind: 'hang' as const }],
          [0.02, 'post falsely gone, dropped', { kind: 'false-gone' as const, isDone: false }],
          [0.02, 'post falsely gone, delivered', { kind: 'false-gone' as const, isDone: true }],
        ]),
      losesDisconnect: () => chosen(disconnects, [[0.2, '$disconnect lost', true]]) ?? false,
    },
    table: {
      request: () =>
        chosen(tables, [
          [0.01, 'table throttled', { kind: 'throttle' as const }],
          [0.01, 'table 500', { kind: 'server-error' as const }],
          [0.005, 'table answer lost', { kind: 'lost-answer' as const }],
          [0.01, 'table late', { kind: 'delay' as const, milliseconds: tables.between(10, 500) }],
        ]),
    },
    functionUrl: {
      request: () =>
        chosen(requests, [
          [0.01, 'push URL 429', 429 as const],
          [0.01, 'push URL 502', 502 as const],
        ]),
    },
  };
}
