import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Template } from './cloud-formation.ts';
import { only } from './only.ts';

/** Output of `cdk synth` in a directory: one stack's template, and the files that its functions are made of. */
export type Assembly = {
  stackName: string;
  template: Template;
  /** The directory that the CDK would zip and upload under an S3 key. */
  assetDirectories: ReadonlyMap<string, string>;
};

// https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
// Read as plain JSON: to import aws-cdk-lib for it would cost the start more than a second.
type Manifest = { artifacts: Record<string, Artifact> };
type Artifact =
  | { type: 'aws:cloudformation:stack'; properties: { templateFile: string; stackName?: string } }
  | { type: 'cdk:asset-manifest'; properties: { file: string } }
  | { type: 'cdk:tree' };
type AssetManifest = {
  files?: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
};

/** Reads the cloud assembly in `directory`. It must have exactly one stack. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const { artifacts } = await readJson<Manifest>(join(directory, 'manifest.json'));
  const stacks: Omit<Assembly, 'assetDirectories'>[] = [];
  const assetDirectories = new Map<string, string>();
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') {
      const template = await readJson<Template>(join(directory, artifact.properties.templateFile));
      stacks.push({ stackName: artifact.properties.stackName ?? id, template });
    }
    if (artifact.type === 'cdk:asset-manifest') {
      const { files = {} } = await readJson<AssetManifest>(join(directory, artifact.properties.file));
      for (const { source, destinations } of Object.values(files)) {
        for (const { objectKey } of Object.values(destinations)) {
          assetDirectories.set(objectKey, join(directory, source.path));
        }
      }
    }
  }
  return { ...only(stacks, 'stack'), assetDirectories };
}

async function readJson<Shape>(path: string): Promise<Shape> {
  return JSON.parse(await readFile(path, 'utf8'));
}
