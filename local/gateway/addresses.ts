/** By which names and paths an API is reached. */
export type ApiAddresses = {
  stage: string;
  /** Whether it has API Gateway's name, `<api>.execute-api.…`. */
  hasExecuteApi: boolean;
  /** A name of its own, and the path that is mapped to the stage there, which may be empty: `v1`. */
  domain: { name: string; path: string } | undefined;
};

/**
 * The paths under which the stage is served to a request with this `Host`, each without a slash at its end; none where
 * it is not. API Gateway's name has the stage's, a custom domain that of its mapping. This machine's own name stands
 * for both.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-mappings.html
 *
 * The answer at a disabled name is not documented for WebSocket APIs; here it is 403.
 */
export function basePaths(host: string | undefined, addresses: ApiAddresses): string[] {
  const { stage, hasExecuteApi, domain } = addresses;
  const ofStage = hasExecuteApi ? [`/${stage}`] : [];
  const ofDomain = domain ? [domain.path === '' ? '' : `/${domain.path}`] : [];
  if (isDomain(host, addresses)) return ofDomain;
  return isExecuteApi(host) ? ofStage : [...ofStage, ...ofDomain];
}

/** Whether a request came by the API's own name. */
export function isDomain(host: string | undefined, { domain }: ApiAddresses): boolean {
  return domain !== undefined && nameOf(host) === domain.name;
}

/** Whether it came by this machine's. */
export function isThisMachine(host: string | undefined, addresses: ApiAddresses): boolean {
  return !isDomain(host, addresses) && !isExecuteApi(host);
}

function isExecuteApi(host: string | undefined): boolean {
  return nameOf(host).includes('.execute-api.');
}

/** Without the port. */
function nameOf(host = ''): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
