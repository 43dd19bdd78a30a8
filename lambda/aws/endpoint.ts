/** A service of AWS, by its names. */
export type AwsService = {
  /** In host names and in signatures: `dynamodb`. */
  name: string;
  /** In the environment variable that says where else it is: `DYNAMODB`. */
  environmentName: string;
};

/**
 * Where a service is: what `AWS_ENDPOINT_URL_<SERVICE>` or `AWS_ENDPOINT_URL` says, else at AWS in the region.
 * Sources: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html,
 * https://docs.aws.amazon.com/general/latest/gr/rande.html#regional-endpoints
 */
export function endpointOf(
  { name, environmentName }: AwsService,
  region: string,
  environment: NodeJS.ProcessEnv = process.env,
): URL {
  const given = environment[`AWS_ENDPOINT_URL_${environmentName}`] || environment.AWS_ENDPOINT_URL;
  return new URL(given || `https://${name}.${region}.${domainOf(region)}`);
}

/** Source: https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html */
function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
