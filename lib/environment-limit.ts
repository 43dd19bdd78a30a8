import { Stack } from 'aws-cdk-lib';
import type { Function as CdkFunction, CfnFunction } from 'aws-cdk-lib/aws-lambda';

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (Lambda measures the JSON text) */
const maxEnvironmentBytes = 4_096;

/**
 * Lambda refuses a function whose variables are longer, which would show only when it is deployed. References are
 * counted as nothing: how long their values are is not known yet. So what is refused here surely doesn't fit.
 */
export function environmentProblems(fn: CdkFunction): string[] {
  const { environment } = fn.node.defaultChild as CfnFunction;
  const { variables = {} }: { variables?: Record<string, unknown> } = Stack.of(fn).resolve(environment) ?? {};
  const sizes = Object.entries(variables).map(([name, value]): [string, number] => [
    name,
    Buffer.byteLength(`"${name}":"",`) + literalBytes(value),
  ]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 1);
  if (total <= maxEnvironmentBytes) return [];
  const [[longest = '', size = 0] = []] = sizes.toSorted(([, a], [, b]) => b - a);
  return [
    `The environment variables of this function have at least ${total} bytes; Lambda takes ${maxEnvironmentBytes}. The longest is ${longest} with ${size}. Origins of one domain can be one: https://*.example.com.`,
  ];
}

/** Bytes of what is known of a value, as JSON has it. */
function literalBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) - 2;
  const { 'Fn::Join': join } = (value ?? {}) as { 'Fn::Join'?: [string, unknown] };
  if (join === undefined || !Array.isArray(join[1])) return 0;
  const [separator, parts] = join;
  const separators = literalBytes(separator) * Math.max(0, parts.length - 1);
  return parts.reduce((sum: number, part) => sum + literalBytes(part), separators);
}
