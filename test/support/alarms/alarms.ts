import { type AlarmProperties, type MetricAlarm, metricAlarm } from './metric-alarm.ts';
import type { MetricData } from './metric-data.ts';

type Resource = { Type: string; Properties?: Record<string, unknown> };

/** The alarms of a synthesised template, evaluated as CloudWatch does. */
export class Alarms {
  /** Metric alarms by their names, which are those of their constructs: `FailedPosts`, `ErrorsPush`. */
  readonly metricAlarms: ReadonlyMap<string, MetricAlarm>;
  readonly #composites: ReadonlyMap<string, (isRinging: (name: string) => boolean) => boolean>;
  /** Those that tell somebody or name an entry of the runbook; others are only parts of composite alarms. */
  readonly names: readonly string[];

  /** `resolve`: an intrinsic function's value. @default a text of the names in it */
  constructor(
    template: { readonly [Section in string]: unknown },
    resolve: (value: unknown) => string = namesIn,
  ) {
    const resources = template.Resources as Record<string, Resource>;
    const of = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
    const alarms = of('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => ({
      name: nameOf(id),
      properties: resolved(Properties, resolve) as AlarmProperties,
    }));
    const composites = of('AWS::CloudWatch::CompositeAlarm').map(([id, { Properties }]) => ({
      name: nameOf(id),
      rule: namesIn(Properties?.AlarmRule),
    }));
    this.metricAlarms = new Map(alarms.map(({ name, properties }) => [name, metricAlarm(properties)]));
    this.#composites = new Map(composites.map(({ name, rule }) => [name, compositeRule(rule)]));
    this.names = [
      ...alarms
        .filter(({ properties }) => properties.AlarmDescription?.includes('RUNBOOK'))
        .map(({ name }) => name),
      ...composites.map(({ name }) => name),
    ].toSorted();
  }

  /** Which ring at this time, sorted. */
  ringing(data: MetricData, at: number): string[] {
    const isRinging = (name: string): boolean => {
      const composite = this.#composites.get(name);
      if (composite) return composite(isRinging);
      const alarm = this.metricAlarms.get(name);
      if (!alarm) throw new TypeError(`There is no alarm ${name}.`);
      return alarm.isRinging(data, at);
    };
    return this.names.filter(isRinging);
  }
}

/** The construct's id in the logical id: without the path above it, and the hash. */
function nameOf(logicalId: string): string {
  return logicalId.replace(/^.*Monitoring/, '').replace(/[0-9A-F]{8}$/, '');
}

function resolved(value: unknown, resolve: (value: unknown) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, resolve));
  if (typeof value !== 'object' || value === null) return value;
  const [[key = ''] = [], ...others] = Object.entries(value);
  if (others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) return resolve(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, resolve)]));
}

/** Of `Ref` and `Fn::GetAtt` the logical id, of all that is joined its parts. */
export function namesIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(namesIn).join('');
  const [[key, argument] = ['', '']] = Object.entries(value as object);
  if (key === 'Ref') return argument;
  if (key === 'Fn::GetAtt') return argument[0];
  if (key === 'Fn::Join') return argument[1].map(namesIn).join(argument[0]);
  return namesIn(argument);
}

/**
 * A rule of ALARM("name"), by ARN or by name, with AND, OR and brackets.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html (AlarmRule)
 */
function compositeRule(rule: string): (isRinging: (name: string) => boolean) => boolean {
  const tokens = rule.match(/ALARM\("[^"]+"\)|AND|OR|[()]|[^\s()]+/g) ?? [];
  type Node = (isRinging: (name: string) => boolean) => boolean;
  const operand = (): Node => {
    const token = tokens.shift() ?? '';
    if (token === '(') {
      const inner = either();
      if (tokens.shift() !== ')') throw new TypeError(`A bracket is missing in ${rule}.`);
      return inner;
    }
    const [, name] = /^ALARM\("(?:.*:)?([^":]+)"\)$/.exec(token) ?? [];
    if (name === undefined) throw new TypeError(`${token} is not known in ${rule}.`);
    return (isRinging) => isRinging(nameOf(name));
  };
  const both = (): Node => chain('AND', operand, (one, other) => one && other);
  const either = (): Node => chain('OR', both, (one, other) => one || other);
  const chain = (word: string, part: () => Node, join: (one: boolean, other: boolean) => boolean): Node => {
    let left = part();
    while (tokens[0] === word) {
      tokens.shift();
      const [first, second] = [left, part()];
      left = (isRinging) => join(first(isRinging), second(isRinging));
    }
    return left;
  };
  const parsed = either();
  if (tokens.length > 0) throw new TypeError(`${tokens[0]} is not known in ${rule}.`);
  return parsed;
}
