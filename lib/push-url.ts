import { Stack } from 'aws-cdk-lib';
import { HttpApi, HttpNoneAuthorizer, PayloadFormatVersion } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable, PushEndpointKind } from '../lambda/names.ts';
import { acknowledge, acknowledgeOf, acknowledgeWildcard } from './acknowledge.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** An address behind which a function answers requests. */
export type PushUrl = {
  /** `https://…/` */
  url: string;
  /** Lets `grantee` sign requests to it. */
  grantInvoke(grantee: IGrantable): Grant;
};

export type PushUrlOptions = {
  kind: PushEndpointKind;
  /** Whether AWS lets signed requests through alone. */
  isSigned: boolean;
};

/** Puts a function URL, or an HTTP API, before `fn`. */
export function pushUrlOf(fn: LambdaFunction, { kind, isSigned }: PushUrlOptions): PushUrl {
  return kind === PushEndpointKind.httpApi ? new PushHttpApi(fn, isSigned) : functionUrlOf(fn, isSigned);
}

function functionUrlOf(fn: LambdaFunction, isSigned: boolean): PushUrl {
  const functionUrl = fn.live.addFunctionUrl({ authType: authTypeOf(isSigned) });
  // With AWS_IAM a caller needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction; `grantInvokeUrl` grants both.
  // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
  return {
    url: functionUrl.url,
    // The function itself, too: what runs before and while a grantee is deployed anew calls the URL of older releases.
    grantInvoke: (grantee) => functionUrl.grantInvokeUrl(grantee).combine(fn.grantInvokeUrl(grantee)),
  };
}

/** Returns the address of releases whose functions had no versions: that of the function itself. */
export function oldPushUrlOf(fn: LambdaFunction, isSigned: boolean): string {
  return fn.addFunctionUrl({ authType: authTypeOf(isSigned) }).url;
}

function authTypeOf(isSigned: boolean): FunctionUrlAuthType {
  return isSigned ? FunctionUrlAuthType.AWS_IAM : FunctionUrlAuthType.NONE;
}

const noAccessLog = 'The function logs what fails; an access log would cost for each request.';

/**
 * An HTTP API with one route, for regions without function URLs. It is $1.00 a million requests more, and takes its
 * part of the account's requests per second. The function's own 25 seconds are less than the 30 that it waits.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
class PushHttpApi extends Construct implements PushUrl {
  readonly url: string;
  readonly #arn: string;

  constructor(fn: LambdaFunction, isSigned: boolean) {
    super(fn, 'HttpApi');
    const api = new HttpApi(this, 'Api', {
      defaultIntegration: new HttpLambdaIntegration('Function', fn.live, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      }),
      defaultAuthorizer: isSigned ? new HttpIamAuthorizer() : new HttpNoneAuthorizer(),
    });
    fn.addEnvironment(EnvironmentVariable.pushEndpoint, PushEndpointKind.httpApi);
    const { defaultStage } = api;
    if (!defaultStage) throw new Error('An HTTP API that has not said otherwise has a stage.');
    this.url = defaultStage.url;
    this.#arn = Stack.of(this).formatArn({ service: 'execute-api', resource: api.apiId, resourceName: '*' });
    acknowledge(defaultStage, 'APIG1', noAccessLog);
    acknowledgeOf('Serverless', defaultStage, {
      APIGWAccessLogging: noAccessLog,
      APIGWDefaultThrottling:
        'Backends may push as often as the account lets them; what strangers may take is limited by pushConcurrency.',
    });
    if (!isSigned) {
      acknowledge(api, 'APIG4', 'The function checks the secret that a request bears.');
    }
  }

  grantInvoke(grantee: IGrantable): Grant {
    const { grantPrincipal } = grantee;
    if (Construct.isConstruct(grantPrincipal)) {
      acknowledgeWildcard(grantPrincipal, this.#arn, 'The API has one route, which takes every path.');
    }
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.#arn],
    });
  }
}
