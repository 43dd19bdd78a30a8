/** The value of an expression at one period; `undefined`: it has no data point there. */
export type Value = number | undefined;

/** What an expression is evaluated with. */
type Variables = {
  /** The variable's value in the period in question. */
  valueAt(name: string): Value;
  /** Whether the variable has a data point in any of the periods that are looked at. */
  hasData(name: string): boolean;
};

export type Expression = {
  /** Names of the metrics and expressions that it is made of. */
  readonly names: ReadonlySet<string>;
  evaluate(variables: Variables): Value;
};

type Node = (variables: Variables) => Value;

/**
 * Parses an expression of CloudWatch's metric math: numbers, names, `+ - * / ^`, comparisons, AND, OR, IF and FILL.
 * What has no data point has none in any result but that of FILL and of the branch of IF that is not taken. Throws a
 * `TypeError` for all else.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse();
}

const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|(>=|<=|==|!=|&&|\|\||[-+*/^()<>,]))/y;

/** From the loosest to the tightest. */
const operators: readonly Readonly<Record<string, (left: number, right: number) => Value>>[] = [
  {
    OR: (left, right) => Number(left !== 0 || right !== 0),
    '||': (left, right) => Number(left !== 0 || right !== 0),
  },
  {
    AND: (left, right) => Number(left !== 0 && right !== 0),
    '&&': (left, right) => Number(left !== 0 && right !== 0),
  },
  {
    '>=': (left, right) => Number(left >= right),
    '<=': (left, right) => Number(left <= right),
    '==': (left, right) => Number(left === right),
    '!=': (left, right) => Number(left !== right),
    '>': (left, right) => Number(left > right),
    '<': (left, right) => Number(left < right),
  },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  // Division by zero yields no data point.
  { '*': (left, right) => left * right, '/': (left, right) => (right === 0 ? undefined : left / right) },
  { '^': (left, right) => left ** right },
];

class Parser {
  readonly #text: string;
  readonly #tokens: string[];
  readonly #names = new Set<string>();

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  parse(): Expression {
    const evaluate = this.#binary(0);
    if (this.#tokens.length > 0) throw this.#problem(`${this.#tokens[0]} is not expected`);
    return { names: this.#names, evaluate };
  }

  #binary(level: number): Node {
    const known = operators[level];
    if (known === undefined) return this.#operand();
    let left = this.#binary(level + 1);
    for (;;) {
      const apply = known[this.#tokens[0] ?? ''];
      if (apply === undefined) return left;
      this.#tokens.shift();
      const [first, second] = [left, this.#binary(level + 1)];
      left = (variables) => {
        const [one, other] = [first(variables), second(variables)];
        return one === undefined || other === undefined ? undefined : apply(one, other);
      };
    }
  }

  #operand(): Node {
    const token = this.#tokens.shift();
    if (token === undefined) throw this.#problem('it ends too early');
    if (/^\d/.test(token)) return () => Number(token);
    if (token === '-') {
      const negated = this.#operand();
      return (variables) => {
        const value = negated(variables);
        return value === undefined ? undefined : -value;
      };
    }
    if (token === '(') {
      const inner = this.#binary(0);
      this.#expect(')');
      return inner;
    }
    if (token === 'IF') return this.#if();
    if (token === 'FILL') return this.#fill();
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html (Id)
    if (!/^[a-z]\w*$/.test(token)) throw this.#problem(`${token} is not known`);
    this.#names.add(token);
    return ({ valueAt }) => valueAt(token);
  }

  #if(): Node {
    this.#expect('(');
    const condition = this.#binary(0);
    this.#expect(',');
    const then = this.#binary(0);
    this.#expect(',');
    const otherwise = this.#binary(0);
    this.#expect(')');
    return (variables) => {
      const decided = condition(variables);
      if (decided === undefined) return undefined;
      return decided === 0 ? otherwise(variables) : then(variables);
    };
  }

  /**
   * Of a metric only. What it yields for one that has no data point in any period is not documented, so here it yields
   * nothing: no alarm may count on it.
   */
  #fill(): Node {
    this.#expect('(');
    const name = this.#tokens.shift() ?? '';
    if (!/^[a-z]\w*$/.test(name)) throw this.#problem(`FILL of ${name} is not known`);
    this.#names.add(name);
    this.#expect(',');
    const filling = this.#tokens.shift() ?? '';
    if (!/^\d/.test(filling)) throw this.#problem(`FILL with ${filling} is not known`);
    this.#expect(')');
    return ({ valueAt, hasData }) => valueAt(name) ?? (hasData(name) ? Number(filling) : undefined);
  }

  #expect(token: string): void {
    const found = this.#tokens.shift();
    if (found !== token) throw this.#problem(`${token} is missing before ${found ?? 'its end'}`);
  }

  #problem(what: string): TypeError {
    return new TypeError(`${what} in the expression ${this.#text}`);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const start = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw new TypeError(`${text.slice(start)} is not known in the expression ${text}`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}
