/** The parts of a CloudFormation template that are read here. */
export type Template = {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
};

export type Resource = {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
};

/** A template that can't be run here, or could not be deployed. The message names the resource and the property. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
