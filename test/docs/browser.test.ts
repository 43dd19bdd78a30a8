import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemEnvironment } from '../../client/browser/environment.ts';
import { settingsOf } from '../../client/browser/settings.ts';
import { TroubleReason } from '../../client/browser/trouble.ts';
import { fakeWebSockets } from '../client/browser/fake-websocket.ts';
import { aToken } from '../client/browser/setting.ts';

const page = readFileSync(new URL('../../docs/BROWSER.md', import.meta.url), 'utf8');

/** The rows of the table whose first column has this heading, as their cells. */
function tableOf(heading: string): string[][] {
  const [, table = ''] = page.split(`\n| ${heading} |`);
  const [rows = ''] = table.split('\n\n');
  return rows
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map(([, ...cells]) => cells);
}

test('the table of options has every option once, with its default', () => {
  const { WebSocket } = fakeWebSockets();
  const settings = settingsOf(
    { url: 'wss://push.test', credential: () => aToken },
    { ...systemEnvironment(), WebSocket },
  );
  const rows = tableOf('option').map(([name, value]) => [
    name!.replaceAll('`', ''),
    value!.replaceAll('`', ''),
  ]);

  expect(rows.map(([name]) => name)).toEqual(Object.keys(settings));
  const defaults = Object.fromEntries(rows);
  expect(defaults).toMatchObject({
    identity: `'${settings.identity}'`,
    heartbeatMs: String(settings.heartbeatMs),
    acknowledge: String(settings.acknowledge),
  });
});

test('the table of reasons has every reason to wait once', () => {
  const reasons = tableOf('reason to wait').flatMap(([cell]) => cell!.replaceAll('`', '').split(', '));

  expect(reasons).toEqual(Object.values(TroubleReason));
});
