import * as v from 'valibot';
import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

/** A distribution of CloudFront that hands requests on to one origin. */
export type DistributionPlan = {
  /** Its own name, `d….cloudfront.net`, and others. */
  names: string[];
  originHost: string;
  /** What the origin receives in each request. A value may be that of a secret. */
  originHeaders: { name: string; value: string | { secretArn: string } }[];
  /** The code of the function that each request of a browser goes through first. */
  viewerRequestCode: string | undefined;
};

/**
 * The managed policies of a distribution that hands on all but the `Host`, and keeps nothing.
 * Sources:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html and
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

const configSchema = v.object({
  Enabled: v.literal(true),
  Aliases: v.optional(v.array(v.string()), []),
  Origins: v.strictTuple([
    v.object({
      DomainName: v.string(),
      // What else could be put before the path, or be reached.
      OriginPath: v.optional(v.literal('')),
      OriginCustomHeaders: v.optional(
        v.array(v.object({ HeaderName: v.string(), HeaderValue: v.string() })),
        [],
      ),
    }),
  ]),
  CacheBehaviors: v.optional(v.strictTuple([])),
  DefaultCacheBehavior: v.object({
    CachePolicyId: v.literal(cachingDisabled),
    OriginRequestPolicyId: v.literal(allViewerExceptHostHeader),
    FunctionAssociations: v.optional(
      v.array(v.object({ EventType: v.literal('viewer-request'), FunctionARN: v.string() })),
      [],
    ),
  }),
});

export function distributionPlans(template: Template, references: References): DistributionPlan[] {
  const functions = resourcesOf(template, references, 'AWS::CloudFront::Function');
  return resourcesOf(template, references, 'AWS::CloudFront::Distribution').map((distribution) =>
    distributionPlan(distribution, functions),
  );
}

function distributionPlan(
  distribution: ResourceReader,
  functions: readonly ResourceReader[],
): DistributionPlan {
  const property = 'DistributionConfig';
  const parsed = v.safeParse(configSchema, distribution.value(property));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw distribution.problem(`${property}.${v.getDotPath(issue)}`, `is not imitated: ${issue.message}`);
  }
  const {
    Aliases,
    Origins: [origin],
    DefaultCacheBehavior: { FunctionAssociations },
  } = parsed.output;
  const [associated] = FunctionAssociations;
  const code = functions.find((one) => one.attribute('FunctionARN') === associated?.FunctionARN);
  if (associated && !code) throw distribution.problem(property, 'names no function of this stack');
  return {
    names: [distribution.attribute('DomainName'), ...Aliases],
    originHost: origin.DomainName,
    originHeaders: origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => ({
      name: HeaderName,
      value: secretIn(HeaderValue) ?? HeaderValue,
    })),
    viewerRequestCode: code?.text('FunctionCode'),
  };
}

/**
 * The secret whose value CloudFormation puts in the place of a dynamic reference.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
function secretIn(value: string): { secretArn: string } | undefined {
  const secretArn = /^\{\{resolve:secretsmanager:(arn:.+?):SecretString:*\}\}$/.exec(value)?.[1];
  return secretArn === undefined ? undefined : { secretArn };
}
