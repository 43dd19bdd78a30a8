import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultLoad } from '../../bench/cost/load.ts';
import { monthlyCost } from '../../bench/cost/monthly-cost.ts';

/** A thousand browsers around the clock, to whom nobody pushes. */
const load = { ...defaultLoad, pushes: 0 };

function dollarsOf(name: string, { activities } = monthlyCost({ ...load, text: true, monitoring: true })) {
  return activities.find((activity) => activity.name.startsWith(name))?.dollars ?? Number.NaN;
}

const idle = dollarsOf('queue and secrets').toFixed(2);
const text = dollarsOf('text endpoint').toFixed(0);
const monitoring = dollarsOf('monitoring').toFixed(0);
const keysOfMillion = dollarsOf(
  'stored messages and idempotency keys',
  monthlyCost({ ...load, pushes: 1_000_000, idempotentShare: 1 }),
).toFixed(2);
const millionPushes = dollarsOf('pushes', monthlyCost({ ...load, pushes: 1_000_000 })).toFixed(2);
const pings = dollarsOf('pings', monthlyCost(load)).toFixed(0);

/** Every place that says what something costs without pushes, and how it says it there. */
test.each([
  ['README.md', `up to $${pings} for their pings`],
  ['README.zh-CN.md', `心跳最多 ${pings} 美元`],
  ['README.md', `about $${millionPushes} for a million pushes`],
  ['README.zh-CN.md', `约 ${millionPushes} 美元`],
  ['README.md', `as \`uidpush/backend\` makes, $${keysOfMillion} more`],
  ['README.zh-CN.md', `默认每次带幂等键，再加 ${keysOfMillion} 美元`],
  ['docs/BACKEND.md', `$${keysOfMillion} for a million pushes`],
  ['docs/COST.md', `$${keysOfMillion} for a million pushes`],
  ['README.md', `While idle, $${idle} a month`],
  ['README.md', `**$${text} a month**`],
  ['README.zh-CN.md', `空闲时每月 ${idle} 美元`],
  ['README.zh-CN.md', `**每月 ${text} 美元**`],
  ['docs/DEPLOY.md', `While idle $${idle} a month`],
  ['docs/DEPLOY.md', `Monitoring is up to $${monitoring} a month, the text endpoint $${text}`],
  ['docs/zh-CN/DEPLOY.md', `空闲时每月 ${idle} 美元`],
  ['docs/zh-CN/DEPLOY.md', `监控每月最多 ${monitoring} 美元，文本端点每月 ${text} 美元`],
  ['docs/zh-CN/CONFIGURATION.md', `每月最多 ${monitoring} 美元`],
  ['docs/zh-CN/COMING_FROM_WORKERMAN.md', `每月约 ${text} 美元`],
  ['docs/COMING_FROM_WORKERMAN.md', `about $${text} a month`],
  ['lib/uid-push-props.ts', `about $${monitoring} a`],
])('%s says what the cost model says: %s', (path, words) => {
  const document = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(document.replaceAll(/\s+(\* )?/g, ' ')).toContain(words);
});

test('no document says that nothing costs while idle', () => {
  for (const path of ['README.md', 'docs/ARCHITECTURE.md', 'docs/COST.md', 'lib/uid-push-props.ts']) {
    const document = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(document).not.toMatch(/nothing (else )?(of uidpush )?costs( money)? while idle(?! but)/i);
  }
});
