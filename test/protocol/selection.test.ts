import { describe, expect, test } from 'vitest';
import { isDevice, isSelected } from '../../protocol/selection.ts';

const phone = { connectionId: 'c1', device: 'phone' };
const nameless = { connectionId: 'c2' };

describe('a connection is selected', () => {
  test.each([
    ['without a selection', undefined, true, true],
    ['with only, if its device is named', { only: ['phone'] }, true, false],
    ['with only, if its id is named', { only: ['c2'] }, false, true],
    ['with except, unless its device is named', { except: ['phone', 'laptop'] }, false, true],
    ['with except, unless its id is named', { except: ['c1'] }, false, true],
    [
      'with both, if only names it and except does not',
      { only: ['c1', 'c2'], except: ['phone'] },
      false,
      true,
    ],
    ['by an empty only never', { only: [] }, false, false],
  ])('%s', (_, selection, isPhoneSelected, isNamelessSelected) => {
    expect(isSelected(phone, selection)).toBe(isPhoneSelected);
    expect(isSelected(nameless, selection)).toBe(isNamelessSelected);
  });
});

describe('the name of a device', () => {
  test.each(['a', 'tab 1', '手机', 'x'.repeat(64)])('may be %j', (name) => {
    expect(isDevice(name)).toBe(true);
  });

  test.each(['', 'x'.repeat(65), '手'.repeat(22), 'a\nb', '\u0000', '\ud800', 5, null, {}])(
    'is not %j',
    (name) => {
      expect(isDevice(name)).toBe(false);
    },
  );
});
