import { expect, test } from 'vitest';
import { systemEnvironment } from '../../client/browser/environment.ts';
import { settingsOf } from '../../client/browser/settings.ts';
import { TroubleReason } from '../../client/browser/trouble.ts';
import { fakeWebSockets } from '../client/browser/fake-websocket.ts';
import { aToken } from '../client/browser/setting.ts';
import { readDocument } from './document.ts';

/** The headings of the first columns of the tables, by document. */
const documents = [
  { path: 'docs/BROWSER.md', option: 'option', reason: 'reason to wait' },
  { path: 'docs/zh-CN/BROWSER.md', option: '选项', reason: '等待的原因' },
];

/** The rows of the table whose first column has this heading, as their cells. */
function tableOf(path: string, heading: string): string[][] {
  const [, table = ''] = readDocument(path).split(`\n| ${heading} |`);
  const [rows = ''] = table.split('\n\n');
  return rows
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map(([, ...cells]) => cells);
}

test.each(documents)(
  '$path: the table of options has every option once, with its default',
  ({ path, option }) => {
    const { WebSocket } = fakeWebSockets();
    const settings = settingsOf(
      { url: 'wss://push.test', credential: () => aToken },
      { ...systemEnvironment(), WebSocket },
    );
    const rows = tableOf(path, option).map(([name, value]) => [
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
  },
);

test.each(documents)('$path: the table of reasons has every reason to wait once', ({ path, reason }) => {
  const reasons = tableOf(path, reason).flatMap(([cell]) => cell!.replaceAll('`', '').split(/, |、/));

  expect(reasons).toEqual(Object.values(TroubleReason));
});
