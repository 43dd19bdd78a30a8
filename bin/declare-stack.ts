import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { App } from 'aws-cdk-lib';
import { type ChosenEnvironment, chooseEnvironment } from '../lib/settings/chosen-environment.ts';
import { UidPushStack } from '../lib/uidpush-stack.ts';

/** Declares the stack of the environment that the app's context chooses in the settings file `file`. */
export async function declareStack(app: App, file: string): Promise<ChosenEnvironment> {
  const { default: config } = await import(pathToFileURL(resolve(file)).href);
  const environment = chooseEnvironment(config, app.node.getAllContext(), file);
  // The template fits every account and region, unless a VPC is to be looked up in one of them.
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  const env = environment.checked.textVpcId && account && region ? { env: { account, region } } : {};
  new UidPushStack(app, environment, { description: 'Push JSON to the browsers of a user id', ...env });
  return environment;
}
