import { inject } from 'vitest';

/** The folder of the CDK app's cloud assembly with this context. It is read only: others run it too. */
export async function assemblyWith(context: Record<string, string>): Promise<string> {
  const response = await fetch(inject('assemblies'), { method: 'POST', body: JSON.stringify(context) });
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer;
}
