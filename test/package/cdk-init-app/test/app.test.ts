import { Template } from 'aws-cdk-lib/assertions';
import * as cdk from 'aws-cdk-lib/core';
import { AppStack } from '../lib/app-stack';

test('The stack has a WebSocket API', () => {
  const template = Template.fromStack(new AppStack(new cdk.App(), 'MyTestStack'));

  template.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
});
