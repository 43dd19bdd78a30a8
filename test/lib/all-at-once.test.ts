import { expect, test } from 'vitest';
import type { Setting } from '../../lib/settings/setting.ts';
import { type SettingName, settings } from '../../lib/settings/settings.ts';
import { allAtOnce, deployedApp, environmentWith } from '../support/templates.ts';

/** What stays at its default where everything is on, and why. */
const leftOut: Partial<Record<SettingName, string>> = {
  identity: 'claimed uids have no tokens',
  claimedGroups: 'it is for claimed uids',
  claimedWatch: 'it is for claimed uids',
  executeApiEndpoint: 'CloudFront reaches the API by that name',
  connectsPerAddress: 'the web ACL has rules of its own; without one the region must be known',
  oldPushUrl: 'it switches something off',
  canary: 'it switches something off',
  textVpcId: 'it is looked up in an account',
};

test('everything that can be on at the same time is synthesised', () => {
  expect(() => deployedApp(allAtOnce).app.synth()).not.toThrow();
});

test('each switch and each choice is at another value than its default, or is left out for a reason', () => {
  const { checked } = environmentWith(allAtOnce);
  const atDefault = Object.entries<Setting>(settings).filter(([name, setting]) => {
    const isChoice = ['boolean', 'picklist'].includes(setting.schema.type);
    return isChoice && checked[name as SettingName] === setting.default && !(name in leftOut);
  });
  expect(atDefault.map(([name]) => name)).toEqual([]);
});
