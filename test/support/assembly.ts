import { inject } from 'vitest';

/** The folder of the CDK app's cloud assembly with this context. It is read only: others run it too. */
export function assemblyWith(context: Record<string, string>): Promise<string> {
  return assemblyFrom(inject('assemblies'), context);
}

/** The same by the address of the program that makes assemblies. */
export async function assemblyFrom(program: string, context: Record<string, string>): Promise<string> {
  const response = await fetch(program, { method: 'POST', body: JSON.stringify(context) });
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer;
}
