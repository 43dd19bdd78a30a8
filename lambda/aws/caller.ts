/** Who signs the requests, and for which region. */
export type Caller = {
  accessKeyId: string;
  secretAccessKey: string;
  /** Temporary credentials have one: those of a role. */
  sessionToken?: string;
  region: string;
};

/**
 * The function's role and region, as Lambda has put them into the environment. They are read once: Lambda changes no variable of a
 * sandbox that runs, and ends the sandbox before its credentials do.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function callerFromEnvironment(environment: NodeJS.ProcessEnv = process.env): Caller {
  const sessionToken = environment.AWS_SESSION_TOKEN;
  return {
    accessKeyId: required(environment, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(environment, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
    region: required(environment, 'AWS_REGION'),
  };
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
