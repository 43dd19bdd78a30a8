import { type Template, TemplateError } from './cloud-formation.ts';
import { type References, resolve } from './intrinsics.ts';

/** One resource of a template; its properties are read with their intrinsic functions resolved. */
export class ResourceReader {
  readonly logicalId: string;
  readonly references: References;
  readonly #properties: Record<string, unknown>;

  constructor(logicalId: string, properties: Record<string, unknown>, references: References) {
    this.logicalId = logicalId;
    this.references = references;
    this.#properties = properties;
  }

  /** The value of `Ref` to this resource. */
  get ref(): string {
    return this.#known(this.references.ref(this.logicalId), 'Ref');
  }

  /** Returns the value of `Fn::GetAtt` of this resource. */
  attribute(name: string): string {
    return this.#known(this.references.attribute(this.logicalId, name), name);
  }

  value(property: string): unknown {
    return resolve(this.#properties[property], this.references, `${this.logicalId}.${property}`);
  }

  text(property: string): string {
    const value = this.value(property);
    if (typeof value !== 'string') throw this.problem(property, `is ${JSON.stringify(value)}, not a string`);
    return value;
  }

  number(property: string, whenAbsent: number): number {
    const value = this.value(property) ?? whenAbsent;
    if (typeof value !== 'number') throw this.problem(property, `is ${JSON.stringify(value)}, not a number`);
    return value;
  }

  /** An error that names this resource and the property. */
  problem(property: string, text: string): TemplateError {
    return new TemplateError(`${this.logicalId}.${property} ${text}`);
  }

  #known(value: string | undefined, name: string): string {
    if (value === undefined) throw this.problem(name, 'is not known here');
    return value;
  }
}

/** The resources of a type, in the template's order. */
export function resourcesOf(template: Template, references: References, type: string): ResourceReader[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId, { Properties = {} }]) => new ResourceReader(logicalId, Properties, references));
}
