/** The same object, each method of which awaits `step` first, with the method's name. */
export function stepwise<Target extends object>(
  target: Target,
  step: (name: string) => Promise<void>,
): Target {
  const names = [...Object.keys(target), ...Object.getOwnPropertyNames(Object.getPrototypeOf(target))];
  const methods = names.map((name) => {
    const method: unknown = Reflect.get(target, name);
    return [
      name,
      async (...args: unknown[]) => {
        await step(name);
        return typeof method === 'function' ? Reflect.apply(method, target, args) : method;
      },
    ];
  });
  return Object.fromEntries(methods);
}
