import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Function as CdkFunction, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { PushAuth } from '../../lambda/names.ts';
import type { GrantOptions } from '../../lib/grant-variables.ts';
import { ConfigurationError } from '../../lib/settings/configuration-error.ts';
import { UidPush } from '../../lib/uid-push.ts';
import { embeddedTemplate } from '../support/templates.ts';

function backendIn(stack: Stack, environment: Record<string, string> = {}): CdkFunction {
  return new CdkFunction(stack, 'Backend', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('export const handler = async () => {};'),
    environment,
  });
}

/** The variables of the app's own function: the id of the function whose URL it is, or the secret's. */
function variablesOf(template: Template): Record<string, string> {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const [, fn] = functions.find(([id]) => id.startsWith('Backend'))!;
  const variables = Object.entries<unknown>(fn.Properties.Environment?.Variables ?? {});
  return Object.fromEntries(
    variables.map(([name, value]) => [
      name,
      typeof value === 'string'
        ? value
        : JSON.stringify(value).replaceAll(/Fn::GetAtt|FunctionUrl|Ref|[^\w]|[0-9A-F]{8}/g, ''),
    ]),
  );
}

const wide = 'PushesPushFunctionLive';
const narrow = 'PushesPushPushOnlyFunctionLive';

describe('a function that is granted several times', () => {
  test('keeps the URL with all routes, whichever grant is the first', () => {
    const orders: ('grantAll' | 'grantPush')[][] = [
      ['grantAll', 'grantPush'],
      ['grantPush', 'grantAll'],
      ['grantPush', 'grantAll', 'grantPush'],
    ];
    for (const order of orders) {
      const template = embeddedTemplate({}, (stack, uidPush) => {
        const backend = backendIn(stack);
        for (const grant of order) uidPush[grant](backend);
      });
      expect(variablesOf(template)).toEqual({ PUSH_URL: wide });
    }
  });

  test('may be granted the same twice', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack);
      uidPush.grantPush(backend);
      uidPush.grantPush(backend);
    });
    expect(variablesOf(template)).toEqual({ PUSH_URL: narrow });
  });

  test('has both URLs where each has a name', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack);
      uidPush.grantAll(backend);
      uidPush.grantPush(backend, { urlVariable: 'NARROW_URL' });
    });
    expect(variablesOf(template)).toEqual({ PUSH_URL: wide, NARROW_URL: narrow });
  });

  test('can’t have two rights of which none is wider under one name', () => {
    embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack);
      uidPush.grantPush(backend);
      expect(() => uidPush.grantDisconnect(backend, { urlVariable: 'PUSH_URL' })).toThrow(ConfigurationError);
    });
  });
});

describe('two services', () => {
  test('can’t set one variable of a function', () => {
    embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack);
      const other = new UidPush(stack, 'Others');
      uidPush.grantPush(backend);

      expect(() => other.grantPush(backend)).toThrow(ConfigurationError);
      expect(() => other.grantAll(backend)).toThrow(/^PUSH_URL=.*\(a variable of app\/Backend\)/);
      expect(() => other.grantAll(backend)).toThrow('give the grant a name of its own');
    });
  });

  test('can, under names that are given', () => {
    const secret = { pushAuth: PushAuth.secret } as const;
    const template = embeddedTemplate(secret, (stack, uidPush) => {
      const backend = backendIn(stack);
      uidPush.grantPush(backend);
      const names = { urlVariable: 'OTHER_PUSH_URL', secretIdVariable: 'OTHER_PUSH_SECRET_ID' };
      new UidPush(stack, 'Others', secret).grantPush(backend, names);
    });
    expect(variablesOf(template)).toEqual({
      PUSH_URL: wide,
      PUSH_SECRET_ID: 'PushesPushSecret',
      OTHER_PUSH_URL: 'OthersPushFunctionLive',
      OTHER_PUSH_SECRET_ID: 'OthersPushSecret',
    });
  });

  test('can’t set one variable for their secrets', () => {
    embeddedTemplate({ pushAuth: PushAuth.secret }, (stack, uidPush) => {
      const backend = backendIn(stack);
      uidPush.grantPush(backend);
      const other = new UidPush(stack, 'Others', { pushAuth: PushAuth.secret });

      expect(() => other.grantPush(backend, { urlVariable: 'OTHER_PUSH_URL' })).toThrow(/^PUSH_SECRET_ID=/);
    });
  });
});

describe('a variable of the app’s own', () => {
  test.each(['grantAll', 'grantPush'] as const)('is not overwritten by %s', (grant) => {
    embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack, { PUSH_URL: 'https://mine.example' });

      expect(() => uidPush[grant](backend)).toThrow('PUSH_URL="https://mine.example"');
    });
  });

  test('does not overwrite what a grant set: synthesis refuses it', () => {
    const synthesise = () =>
      embeddedTemplate({}, (stack, uidPush) => {
        const backend = backendIn(stack);
        uidPush.grantPush(backend);
        backend.addEnvironment('PUSH_URL', 'https://mine.example');
      });
    expect(synthesise).toThrow('PUSH_URL="https://mine.example"');
  });

  test('may have the same value', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack, { PUSH_URL: uidPush.pushUrl });
      uidPush.grantAll(backend);
    });
    expect(variablesOf(template)).toEqual({ PUSH_URL: wide });
  });
});

test.each<[Record<string, unknown>, string]>([
  [{ urlVariable: '' }, 'urlVariable=""'],
  [{ urlVariable: '1_URL' }, 'urlVariable="1_URL"'],
  [{ urlVariable: 'PUSH-URL' }, 'urlVariable="PUSH-URL"'],
  [{ secretIdVariable: 5 }, 'secretIdVariable=5'],
  [{ urlvariable: 'X_URL' }, 'did you mean urlVariable?'],
])('the options %j of a grant are refused', (options, named) => {
  embeddedTemplate({}, (stack, uidPush) => {
    const backend = backendIn(stack);
    expect(() => uidPush.grantPush(backend, options as GrantOptions)).toThrow(named);
  });
});
