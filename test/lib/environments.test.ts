import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { chooseEnvironment } from '../../lib/settings/chosen-environment.ts';
import { UidPushStack } from '../../lib/uidpush-stack.ts';
import committed from '../../uidpush.config.ts';
import { commandsIn, documents, readDocument, wordsOf } from '../docs/document.ts';
import { appWithFlags } from '../support/templates.ts';
import config from '../support/uidpush.config.ts';

const file = 'uidpush.config.ts';
const all = { monitoring: 'true', text: 'true', pushAuth: 'secret', textSecret: 'true' };

function templateOf(flags: Record<string, string>): string {
  const stack = new UidPushStack(appWithFlags(), chooseEnvironment(config, flags, file));
  return JSON.stringify([stack.stackName, Template.fromStack(stack).toJSON()]);
}

function flagsOf(command: string): Record<string, string> {
  const given = command.matchAll(/ -c (\w+)=(\S+)/g);
  return Object.fromEntries(Array.from(given, ([, name = '', value = '']) => [name, value]));
}

/**
 * Properties that name something, in one account and region or in all of AWS, where CloudFormation otherwise makes a
 * name of its own that has the stack's in it.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 */
const naming =
  /^(Name|FunctionName|TableName|QueueName|RoleName|PolicyName|LogGroupName|AlarmName|DashboardName|TopicName|SecretName|ClusterName|ServiceName|GroupName|LoadBalancerName|RuleName|ManagedPolicyName|ApplicationName|DeploymentGroupName)$/;

/** Names that two stacks may share: of one resource's own parts. */
const shared = new Set([
  'AWS::IAM::Policy',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::Lambda::Alias',
]);

describe('two environments in one account and region', () => {
  const app = appWithFlags();
  const stacks = ['dev', 'prod'].map(
    (env) => new UidPushStack(app, chooseEnvironment(config, { env, ...all }, file)),
  );
  const templates = stacks.map((stack) => Template.fromStack(stack).toJSON());

  test('synthesise side by side, as stacks of two names', () => {
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['uidpush-dev', 'uidpush-prod']);
    expect(app.synth().stacks).toHaveLength(2);
  });

  test('have no name of a resource in common', () => {
    const named = (template: (typeof templates)[number]) =>
      Object.values<{ Type: string; Properties?: Record<string, unknown> }>(template.Resources)
        .filter(({ Type }) => !shared.has(Type))
        .flatMap(({ Type, Properties = {} }) =>
          Object.entries(Properties)
            // A reference is to something of the stack's own.
            .filter(([name, value]) => naming.test(name) && typeof value === 'string')
            .map(([name, value]) => `${Type} ${name} ${value}`),
        );
    const [dev = [], prod = []] = templates.map(named);
    expect(dev.filter((name) => prod.includes(name))).toEqual([]);
  });

  test('export nothing by a name', () => {
    for (const { Outputs } of templates) {
      for (const output of Object.values<object>(Outputs)) expect(output).not.toHaveProperty('Export');
    }
  });

  test('count their metrics apart', () => {
    const [dev, prod] = templates.map((template) => JSON.stringify(template));
    expect(dev).toContain('"METRICS_SERVICE":"uidpush-dev/UidPush"');
    expect(prod).toContain('"METRICS_SERVICE":"uidpush-prod/UidPush"');
    expect(prod).not.toContain('uidpush-dev');
  });
});

describe('the commands of the documents, in whatever order,', () => {
  const commands = documents.flatMap((path) =>
    ['deploy', 'diff', 'drift', 'synth'].flatMap((verb) =>
      commandsIn(readDocument(path), `npx cdk ${verb}`).map(
        (rest) => [path, `npx cdk ${verb}${rest}`] as const,
      ),
    ),
  );

  test('are there', () => {
    expect(commands.length).toBeGreaterThan(5);
  });

  test.each(commands)('%s: %s deploys an environment as the file has it', (_, command) => {
    const flags = flagsOf(command);
    // What is not named is as in the file: a command that names no setting changes none.
    expect(Object.keys(flags).filter((name) => name !== 'env')).toEqual([]);
    expect(wordsOf(command)).not.toContain('--no-previous-parameters');
    const env = flags.env ?? config.defaultEnvironment;
    expect(Object.keys(config.environments)).toContain(env);
  });

  test('give one template for each environment: none takes back what another did', () => {
    const templates = new Map<string, Set<string>>();
    for (const flags of new Set(commands.map(([, command]) => JSON.stringify(flagsOf(command))))) {
      const given: Record<string, string> = JSON.parse(flags);
      const env = given.env ?? config.defaultEnvironment ?? '';
      templates.set(env, (templates.get(env) ?? new Set()).add(templateOf({ env, ...given })));
    }
    expect(templates.size).toBeGreaterThan(0);
    for (const found of templates.values()) expect(found.size).toBe(1);
  });
});

test.each(Object.keys(committed.environments))(
  'the settings file of the repository has a valid %s',
  (env) => {
    expect(() => chooseEnvironment(committed, { env }, file)).not.toThrow();
  },
);
