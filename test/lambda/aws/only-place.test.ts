import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const lambda = fileURLToPath(new URL('../../../lambda', import.meta.url));

/** What the files in a folder of lambda/ import from packages of AWS, or by Node's own HTTP client. */
function importsOfAws(files: string[]): string[] {
  return files.flatMap((file) => {
    const source = readFileSync(join(lambda, file), 'utf8');
    const imports = [...source.matchAll(/(?:from|import\() ?'((?:@aws-sdk|@smithy)\/[^']+|node:https?)'/g)];
    return imports.map(([, module]) => `${file}: ${module}`);
  });
}

const files = readdirSync(lambda, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const isOfAws = (file: string) => file.startsWith('aws/');

test('lambda/aws is the only place that speaks to AWS', () => {
  const elsewhere = importsOfAws(files.filter((file) => !isOfAws(file)));

  expect(elsewhere.toSorted()).toEqual([
    // Names of statuses, no requests.
    'http/response.ts: node:http',
    // To others than AWS.
    'webhook/post-event.ts: node:http',
    'webhook/post-event.ts: node:https',
  ]);
});

test.each([
  '@aws-sdk/client-apigatewaymanagementapi',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/lib-dynamodb',
  '@aws-sdk/client-sqs',
  '@aws-sdk/client-eventbridge',
  '@aws-sdk/client-secrets-manager',
])('it does by %s', (module) => {
  const modules = importsOfAws(files.filter(isOfAws)).map((line) => line.split(': ')[1]);

  expect(modules).toContain(module);
});
