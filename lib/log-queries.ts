import { Lazy, Stack } from 'aws-cdk-lib';
import { CfnLogGroup, CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** The questions of docs/RUNBOOK.md, by the names under which CloudWatch has them. `…` is to be filled in. */
export const logQueries = {
  'What fails': 'filter level = "error" | stats count() by event, error, status, bin(5m)',
  'One request': 'filter correlationId = "…" | sort @timestamp',
  'One user': 'filter uidHash = "…" | sort @timestamp',
  'Who is refused':
    'filter event in ["request-unauthorised","connect-refused","connect-not-by-cloudfront","register-refused"] | stats count(), sum(suppressed) by event, code, bin(5m)',
  'Tables that do not answer': 'filter event in ["lookup-failed","store-failed"] | stats count() by error',
  'Posts that fail': 'filter event in ["post-failed","throttled"] | stats count() by event, status, error',
  'Functions that fail':
    'filter event in ["request-failed","register-failed","invocation-failed"] | stats count() by event, error',
  'What fails of the canary': 'filter event = "canary-failed" | stats count() by step, error',
  'Functions that end':
    'filter @message like /Task timed out|Runtime exited|"status": ?"(timeout|error|failure)"/',
} as const;

/** Saved queries over all log groups of a service, in a folder of the stack's name. Only runs cost. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Grants make functions with log groups later.
    const logGroupNames = Lazy.list({ produce: () => logGroupsIn(scope).map(({ ref }) => ref) });
    for (const [name, queryString] of Object.entries(logQueries)) {
      new CfnQueryDefinition(this, name.replaceAll(/\W/g, ''), {
        name: `${Stack.of(this).stackName}/${name}`,
        queryString,
        logGroupNames,
      });
    }
  }
}

function logGroupsIn(scope: Construct): CfnLogGroup[] {
  return scope.node.findAll().filter((construct) => construct instanceof CfnLogGroup);
}
