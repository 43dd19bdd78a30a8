import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { Template } from 'aws-cdk-lib/assertions';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { start } from '../../local/start.ts';
import { type InstalledPackage, installPackage, runIn } from './installed-package.ts';
import { compileAll, moduleSystems, runCompiled } from './module-systems.ts';

let installed: InstalledPackage;

beforeAll(async () => {
  installed = await installPackage();
  const copy = (from: string, to: string) =>
    cpSync(fileURLToPath(new URL(from, import.meta.url)), join(installed.project, to), { recursive: true });
  copy('project', '.');
  copy('../../examples/cdk-app', 'cdk-app');
  // The types of the package are checked with it: nothing is left out, and everything is strict.
  const tsc = 'node_modules/typescript/bin/tsc';
  await Promise.all(
    ['.', 'cdk-app'].map((project) => installed.run(process.execPath, [tsc, '--project', project])),
  );
});

afterAll(() => installed?.remove());

/** The cloud assembly of the app, outside the repository. */
async function synthesise(app: string): Promise<string> {
  const directory = join(installed.project, 'assemblies', app);
  await installed.run(process.execPath, [app], { CDK_OUTDIR: directory, CDK_VALIDATION: 'false' });
  return directory;
}

describe('the package, installed in a project of its own', () => {
  test('brings a construct whose stack runs, and a client and a command whose pushes arrive there', async () => {
    const stack = await start({
      host: '127.0.0.1',
      webSocketPort: 0,
      textPort: 0,
      httpPort: 0,
      identity: 'claimed',
      assemblyDirectory: await synthesise('build/app.js'),
    });
    onTestFinished(() => stack.stop());

    const backend = installed.run(process.execPath, ['build/backend.js'], {
      PUSH_URL: stack.outputs.PushUrl,
    });
    expect(await backend).toBe('{"uid":"u1","delivered":0,"gone":0,"failed":0}');

    const command = join(installed.project, 'node_modules/uidpush/dist/cli.mjs');
    const pushed = installed.run(command, ['push', 'u2', '{"n":1}', '--ttl', '60'], {
      UIDPUSH_PUSH_URL: stack.outputs.PushUrl,
    });
    expect(JSON.parse(await pushed)).toMatchObject({ uid: 'u2', seq: 1, stored: true });
  });

  test('is synthesised to the same template and the same functions wherever that happens', async () => {
    const here = await synthesise('build/app.js');
    const elsewhere = mkdtempSync(join(tmpdir(), 'uidpush-elsewhere-'));
    onTestFinished(() => rmSync(elsewhere, { recursive: true }));
    const there = join(elsewhere, 'cdk.out');
    for (const made of ['tmp', 'cdk.out']) mkdirSync(join(elsewhere, made));
    await runIn(elsewhere, process.execPath, [join(installed.project, 'build/app.js')], {
      CDK_OUTDIR: there,
      CDK_VALIDATION: 'false',
      TMPDIR: join(elsewhere, 'tmp'),
    });

    const files = readdirSync(here).sort();
    expect(readdirSync(there).sort()).toEqual(files);
    const templates = files.filter((file) => file.endsWith('.template.json'));
    expect(templates).not.toEqual([]);
    for (const template of templates)
      expect(readFileSync(join(there, template), 'utf8')).toBe(readFileSync(join(here, template), 'utf8'));
  });

  test('brings a client that a page can bundle', async () => {
    const bundle = await installed.run('node_modules/.bin/esbuild', [
      'build/page.js',
      '--bundle',
      '--format=esm',
      '--platform=browser',
    ]);

    expect(bundle).toContain('globalThis.WebSocket');
    expect(bundle).not.toMatch(/^import /m);
  });

  test('needs nothing else to be installed by a page or a backend', () => {
    const { dependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(installed.project, 'node_modules/uidpush/package.json'), 'utf8'),
    );

    expect(dependencies).toBeUndefined();
    expect(peerDependenciesMeta).toEqual({
      '@aws-sdk/credential-providers': { optional: true },
      'aws-cdk-lib': { optional: true },
      constructs: { optional: true },
    });
  });
});

describe('the package, by the rules for packages', () => {
  test('can be published as it is, and runs nothing where it is installed', async () => {
    const { project, source } = installed;
    const folder = join(project, 'node_modules/uidpush');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

    expect(manifest).toMatchObject({ files: ['dist', 'CHANGELOG.md'], publishConfig: { provenance: true } });
    for (const member of ['private', 'scripts', 'devDependencies', 'overrides', 'imports'])
      expect(manifest).not.toHaveProperty(member);
    expect(readdirSync(folder).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
    ]);
    // A dry run sends nothing, and nothing listens there.
    const dryRun = ['publish', '--dry-run', '--json', '--offline', '--registry', 'http://127.0.0.1:9/'];
    expect(await runIn(source, 'npm', dryRun)).toContain('"id": "uidpush@0.1.0"');
  });

  test('is not packed from the repository’s folder, whose scripts would go with it', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    await expect(runIn(root, 'npm', ['pack', '--dry-run'])).rejects.toThrow(
      'npm run package makes the tarball',
    );
  });

  test('has the right types for every way of resolution', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(installed.tarball)));

    expect(result).toMatchObject({ types: { kind: 'included' }, problems: [] });
  });

  test('has entries that bundlers and Node.js find', async () => {
    const { messages } = await publint({ pkgDir: join(installed.project, 'node_modules/uidpush') });

    expect(messages).toEqual([]);
  });
});

const compilers = Array.from(new Set(moduleSystems.map(({ typescript }) => typescript)));

describe.each(compilers)('a project of %s', (compiler) => {
  const systems = moduleSystems.filter(({ typescript }) => typescript === compiler);
  beforeAll(() => compileAll(systems, installed));

  test.for(systems)(
    'takes all entries, with types: module $module, resolution $moduleResolution, $type files',
    async (system) => {
      expect(await runCompiled(system, installed)).toBe('function function string');
    },
  );
});

describe('a project of another kind', () => {
  test('made by `cdk init` passes its own test, by Jest, with the construct in its stack', async () => {
    const app = join(installed.project, 'app');
    mkdirSync(app);
    const program = (path: string) => fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url));
    const init = ['init', 'app', '--language=typescript', '--generate-only'];
    await runIn(app, process.execPath, [program('aws-cdk/bin/cdk'), ...init]);
    symlinkSync(join(installed.project, 'node_modules'), join(app, 'node_modules'));
    cpSync(fileURLToPath(new URL('cdk-init-app', import.meta.url)), app, { recursive: true });

    await runIn(app, process.execPath, [program('typescript/bin/tsc'), '--noEmit']);
    await runIn(app, process.execPath, [program('jest/bin/jest.js')]);
  });
});

describe('the example app', () => {
  type Statement = { Action: string | string[]; Resource: unknown };
  let template: Template;

  beforeAll(async () => {
    const assembly = await synthesise('cdk-app/build/app.js');
    template = Template.fromString(readFileSync(join(assembly, 'shop.template.json'), 'utf8'));
  });

  test('has a function that may push, read its queue and write its log, and nothing more', () => {
    const [role] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
      id.startsWith('NotifyRole'),
    );
    expect(role?.[1].Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(role?.[1].Properties).not.toHaveProperty('Policies');
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role?.[0]),
    );
    const statements: Statement[] = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

    const [queue] = Object.keys(template.findResources('AWS::SQS::Queue')).filter((id) =>
      id.startsWith('OrderEvents'),
    );
    const [log] = Object.keys(template.findResources('AWS::Logs::LogGroup')).filter((id) =>
      id.startsWith('NotifyLog'),
    );
    const [pushOnly] = Object.keys(template.findResources('AWS::Lambda::Function')).filter((id) =>
      id.includes('PushOnlyFunction'),
    );
    const [pushOnlyLive] = Object.keys(template.findResources('AWS::Lambda::Alias')).filter((id) =>
      id.includes('PushOnlyFunction'),
    );
    expect(statements.map(({ Action, Resource }) => [[Action].flat().sort().join(' '), Resource])).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', { 'Fn::GetAtt': [log, 'Arn'] }],
      [
        'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ReceiveMessage',
        { 'Fn::GetAtt': [queue, 'Arn'] },
      ],
      ['lambda:InvokeFunctionUrl', { Ref: pushOnlyLive }],
      ['lambda:InvokeFunction', { Ref: pushOnlyLive }],
      // That of releases without aliases, which callers use until they are deployed anew.
      ['lambda:InvokeFunctionUrl', { 'Fn::GetAtt': [pushOnly, 'Arn'] }],
      ['lambda:InvokeFunction', { 'Fn::GetAtt': [pushOnly, 'Arn'] }],
    ]);
  });

  test('has a function that knows where to push', () => {
    const [url] = Object.keys(template.findResources('AWS::Lambda::Url')).filter((id) =>
      id.includes('PushOnlyFunction'),
    );
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { PUSH_URL: { 'Fn::GetAtt': [url, 'FunctionUrl'] } } },
    });
  });
});
