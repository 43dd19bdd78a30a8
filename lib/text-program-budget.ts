/**
 * Most bytes of the program. It is a part of the task definition, for which ECS takes 64 KB, quotes escaped; the rest
 * of the definition has some kilobytes.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const maxBytes = 52_500;

/** `program`, unless it is too long for a task definition. */
export function withinBudget(program: string): string {
  const bytes = Buffer.byteLength(program);
  if (bytes <= maxBytes) return program;
  throw new Error(
    `The bundled text service has ${bytes} bytes; as a task's command it may have ${maxBytes}.`,
  );
}
