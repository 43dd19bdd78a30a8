/**
 * `certain`: AWS's own page or price list; `likely`: a third party's copy of it; `uncertain`: sources differ, or only
 * memory.
 */
export type Certainty = 'certain' | 'likely' | 'uncertain';

export type Price = {
  /** The counted unit, in the plural. */
  unit: string;
  /** US dollars for so many of them. */
  dollars: number;
  per: number;
  /** How many a month are free for ever, not only in an account's first year. @default none */
  free?: number;
  /** From so many a month on, another price for those beyond. */
  beyond?: { from: number; dollars: number };
  source: string;
  certainty: Certainty;
};

/** All prices are list prices of this region, without tax, discounts or support, as they were known on this day. */
export const priceRegion = 'us-east-1';
export const pricesAsOf = '2026-11-22';

const million = 1_000_000;
const apiGateway = 'https://aws.amazon.com/api-gateway/pricing/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const dynamoDb = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const cloudWatch = 'https://aws.amazon.com/cloudwatch/pricing/';
const balancing = 'https://aws.amazon.com/elasticloadbalancing/pricing/';
const firewall = 'https://aws.amazon.com/waf/pricing/';
const fargate = 'https://aws.amazon.com/fargate/pricing/';

export const prices = {
  connectionMinute: {
    unit: 'WebSocket connection-minutes',
    dollars: 0.25,
    per: million,
    source: apiGateway,
    certainty: 'likely',
  },
  // Metered in steps of 32 KB. That connects and disconnects are no messages is not documented; they are not counted
  // here.
  webSocketMessage: {
    unit: 'WebSocket messages of 32 KB',
    dollars: 1,
    per: million,
    beyond: { from: 1_000 * million, dollars: 0.8 },
    source: apiGateway,
    certainty: 'likely',
  },
  functionRequest: {
    unit: 'Lambda requests',
    dollars: 0.2,
    per: million,
    free: million,
    source: lambda,
    certainty: 'certain',
  },
  functionGbSecond: {
    unit: 'Lambda GB-seconds (arm64)',
    dollars: 13.3334,
    per: million,
    free: 400_000,
    source: lambda,
    certainty: 'certain',
  },
  tableRead: {
    unit: 'DynamoDB read units of 4 KB',
    dollars: 0.125,
    per: million,
    source: dynamoDb,
    certainty: 'certain',
  },
  tableWrite: {
    unit: 'DynamoDB write units of 1 KB',
    dollars: 0.625,
    per: million,
    source: dynamoDb,
    certainty: 'certain',
  },
  tableStorage: {
    unit: 'GB in DynamoDB',
    dollars: 0.25,
    per: 1,
    free: 25,
    source: dynamoDb,
    certainty: 'likely',
  },
  queueRequest: {
    unit: 'SQS requests (FIFO)',
    dollars: 0.5,
    per: million,
    free: million,
    source: 'https://aws.amazon.com/sqs/pricing/',
    certainty: 'likely',
  },
  // Metered in steps of 64 KB. Events of AWS's own are free; these are custom ones.
  busEvent: {
    unit: 'EventBridge events of 64 KB',
    dollars: 1,
    per: million,
    source: 'https://aws.amazon.com/eventbridge/pricing/',
    certainty: 'likely',
  },
  dataOut: {
    unit: 'GB out to the internet',
    dollars: 0.09,
    per: 1,
    free: 100,
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer',
    certainty: 'likely',
  },
  secret: {
    unit: 'secrets',
    dollars: 0.4,
    per: 1,
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
    certainty: 'likely',
  },
  logIngest: {
    unit: 'GB of logs',
    dollars: 0.5,
    per: 1,
    free: 5,
    source: cloudWatch,
    certainty: 'certain',
  },
  customMetric: {
    unit: 'custom metrics',
    dollars: 0.3,
    per: 1,
    free: 10,
    source: cloudWatch,
    certainty: 'likely',
  },
  alarm: {
    unit: 'metrics that alarms watch',
    dollars: 0.1,
    per: 1,
    free: 10,
    source: cloudWatch,
    certainty: 'likely',
  },
  compositeAlarm: {
    unit: 'composite alarms',
    dollars: 0.5,
    per: 1,
    source: cloudWatch,
    certainty: 'likely',
  },
  dashboard: { unit: 'dashboards', dollars: 3, per: 1, free: 3, source: cloudWatch, certainty: 'likely' },
  balancerHour: {
    unit: 'network load balancer hours',
    dollars: 0.0225,
    per: 1,
    source: balancing,
    certainty: 'likely',
  },
  balancerCapacity: {
    unit: 'load balancer capacity units (1 GB)',
    dollars: 0.006,
    per: 1,
    source: balancing,
    certainty: 'likely',
  },
  taskCpuHour: {
    unit: 'Fargate vCPU-hours (arm64)',
    dollars: 0.03238,
    per: 1,
    source: fargate,
    certainty: 'likely',
  },
  taskMemoryHour: {
    unit: 'Fargate GB-hours (arm64)',
    dollars: 0.00356,
    per: 1,
    source: fargate,
    certainty: 'likely',
  },
  addressHour: {
    unit: 'public IPv4 address hours',
    dollars: 0.005,
    per: 1,
    source: 'https://aws.amazon.com/vpc/pricing/',
    certainty: 'uncertain',
  },
  edgeRequest: {
    unit: 'CloudFront requests (HTTPS, United States)',
    dollars: 1,
    per: million,
    free: 10 * million,
    source: 'https://aws.amazon.com/cloudfront/pricing/',
    certainty: 'likely',
  },
  firewallRequest: {
    unit: 'WAF requests',
    dollars: 0.6,
    per: million,
    source: firewall,
    certainty: 'likely',
  },
  webAcl: { unit: 'web ACLs', dollars: 5, per: 1, source: firewall, certainty: 'likely' },
  firewallRule: { unit: 'rules of web ACLs', dollars: 1, per: 1, source: firewall, certainty: 'likely' },
} as const satisfies Record<string, Price>;

export type PricedItem = keyof typeof prices;
/** How much of what has a price, in a month. */
export type Quantities = Partial<Record<PricedItem, number>>;

/** Dollars for a month's quantity of one item. */
export function priceOf(price: Price, quantity: number, withFreeTier: boolean): number {
  const paid = Math.max(0, quantity - (withFreeTier ? (price.free ?? 0) : 0));
  const { from, dollars } = price.beyond ?? { from: Number.POSITIVE_INFINITY, dollars: 0 };
  const beyond = Math.max(0, paid - from);
  return ((paid - beyond) * price.dollars + beyond * dollars) / price.per;
}
