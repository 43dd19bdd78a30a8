import { Command, InvalidArgumentError, Option } from 'commander';
import { checkGroups } from './checks/index.ts';

export type Options = {
  outputs: string;
  region?: string;
  only?: string[];
  json: boolean;
  broadcast: boolean;
  origin?: string;
  connectTo?: string;
  sessions: 'many' | 'single';
  token?: string;
  tokenSecret?: string;
  tokenAudience?: string;
  tokenIssuer?: string;
  pushSecret?: string;
  textSecret?: string;
  textTls: boolean;
  revocation: boolean;
  groups: boolean;
  claimedGroups: boolean;
  watch: boolean;
  claimedWatch: boolean;
};

const groups = checkGroups.map(({ name }) => name);

/**
 * Reads the arguments after the command; throws a `CommanderError` for what it doesn't understand, and for `--help`.
 */
export function readOptions(args: readonly string[]): Options {
  const program = new Command('conformance')
    .description('Proves a deployed stack, or the local one, by doing what its users do. Prints a table.')
    .requiredOption('--outputs <file>', 'what `cdk deploy --outputs-file <file>` wrote')
    .option('--region <region>', 'AWS region; default: that of the push URL')
    .option('--only <groups>', `comma list of: ${groups.join(', ')}`, groupNames)
    .option('--json', 'print JSON, not a table', false)
    .option('--broadcast', 'broadcast too: REACHES EVERY REGISTERED BROWSER of the deployment', false)
    .option('--origin <origin>', 'one of the stack’s allowedOrigins, if it has any')
    .option(
      '--connect-to <host>',
      'where the WebSocket URL’s name is to point (DomainTarget), to prove it before it does',
    )
    .addOption(
      new Option('--sessions <number>', 'as the stack has it').choices(['many', 'single']).default('many'),
    )
    .addOption(secretOption('--token <token>', 'a token of the OpenID provider', 'UIDPUSH_TOKEN'))
    .addOption(secretOption('--token-secret <secret>', 'what tokens are signed with', 'UIDPUSH_TOKEN_SECRET'))
    .option('--token-audience <audience>', 'the stack’s tokenAudience, if it has one')
    .option('--token-issuer <issuer>', 'the stack’s tokenIssuer, if it has one')
    .addOption(secretOption('--push-secret <secret>', 'what callers of the push URL bear', 'UIDPUSH_SECRET'))
    .addOption(secretOption('--text-secret <secret>', 'the text endpoint’s secret', 'UIDPUSH_TEXT_SECRET'))
    .option('--text-tls', 'the text endpoint has a certificate', false)
    .option('--revocation', 'the stack has revocation=true', false)
    .option('--groups', 'the stack has groups=true', false)
    .option('--claimed-groups', 'the stack has claimedGroups=true, and so groups', false)
    .option('--watch', 'the stack has presenceWatch=true', false)
    .option('--claimed-watch', 'the stack has claimedWatch=true, and so presenceWatch', false)
    .addHelpText('after', afterHelp)
    .showHelpAfterError('Try --help.')
    .exitOverride()
    .parse(args, { from: 'user' });
  return program.opts<Options>();
}

/** On the command line others on the same machine can see it, so it may come by the environment. */
function secretOption(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(variable);
}

function groupNames(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !groups.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no group "${unknown}".`);
  return names;
}

const afterHelp = `
Secrets that aren't given are read from Secrets Manager by the names in the outputs, with your AWS credentials.
Exit codes: 0 nothing failed, 1 something did, 2 the command was not understood.`;
